package io.mooring.api.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Listening unix sockets, which come and go and are waited for together. One thread accepts; any
 * thread adds, removes and closes.
 */
@ProviderType
public interface Listener extends AutoCloseable {

  /**
   * Somebody connected.
   *
   * @param path as it was given to {@link #add}
   * @param connection owned by who accepts
   */
  record Arrival(Path path, Connection connection) {}

  /**
   * Listens at one more path. A socket file left by a dead process is replaced.
   *
   * @throws IOException when the path is too long, its directory is missing, somebody listens
   *     there, something else is there, or there is no permission; one line that names the path and
   *     the reason
   */
  void add(Path path) throws IOException;

  /**
   * Listens at a path by a socket that another process listened at before it. Who waits to be
   * accepted is not lost.
   *
   * @param descriptor owned by this listener from now on, also when this throws
   * @throws IOException when it is no listening unix socket
   */
  void adopt(Path path, int descriptor) throws IOException;

  /**
   * The sockets themselves, for another process that goes on with them; owned by this listener. In
   * the order of their paths.
   */
  SortedMap<Path, Integer> descriptors();

  /**
   * Lets who connects wait, or no longer; the sockets stay open. When it returns nobody is being
   * accepted.
   */
  void hold(boolean still) throws IOException;

  /**
   * Stops listening at a path and removes the socket file if it is still this listener's; a path at
   * which it does not listen is ignored. Connections stay.
   */
  void remove(Path path);

  /** Waits for the next connection at any path; empty when the listener was closed. */
  Optional<Arrival> accept() throws IOException;

  /**
   * Lets go of all sockets, which stay with somebody who has adopted duplicates of their
   * descriptors; a thread in {@link #accept} returns. May be called twice, and then closed.
   */
  void leave();

  /** Removes all paths; a thread in {@link #accept} returns. May be called twice. */
  @Override
  void close();
}
