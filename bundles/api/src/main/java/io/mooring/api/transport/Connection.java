package io.mooring.api.transport;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A connected vhost-user socket. One thread receives, any thread sends or closes. */
@ProviderType
public interface Connection extends AutoCloseable {

  /**
   * Waits until there is something to receive, or either side has closed. Only the thread that
   * receives may wait so: until it receives, the next message can be left to somebody else.
   *
   * @throws IOException when the system cannot wait
   */
  void await() throws IOException;

  /**
   * The socket itself, for another process that goes on with it: {@link #close} would end it there,
   * too. Owned by this connection.
   */
  int descriptor();

  /**
   * Waits for the next message. Its descriptors are close-on-exec and the caller's.
   *
   * @return empty when the other side closed the connection between two messages, or this side did
   * @throws IOException when a message is cut, longer than {@link Message#MAX_PAYLOAD}, of another
   *     version or has more than {@link Message#MAX_DESCRIPTORS} descriptors; the message names the
   *     value and what is allowed, and no descriptor stays open
   */
  Optional<Message> receive() throws IOException;

  /** Sends a message; its descriptors stay the caller's. */
  void send(Message message) throws IOException;

  /** The process at the other end. */
  Peer peer() throws IOException;

  /**
   * Lets go of the connection, which goes on in the hands of somebody who has adopted a duplicate
   * of its descriptor: nothing is heard or said here any more, and a thread in {@link #await}
   * returns. Not while somebody receives or sends; may be called twice, and then closed.
   */
  void leave();

  /** Ends the connection; a thread in {@link #receive} returns. May be called twice. */
  @Override
  void close();
}
