package io.mooring.api.protocol;

import io.mooring.api.transport.Message;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Turns messages into changes of a session. Keeps nothing between two messages: the session is the
 * only state, so that the protocol can be replaced in the middle of a connection.
 */
@ProviderType
public interface Protocol {

  /** The protocol feature bits that this implementation serves. */
  long features();

  /**
   * Obeys one message. Descriptors that it does not claim are closed by the caller.
   *
   * @return the answer to send, if the message wants one; its descriptors are the caller's
   * @throws ProtocolException when the message is wrong; the connection is then to be closed
   */
  Optional<Message> handle(Message message, Session session) throws ProtocolException;

  /**
   * The message that tells an event on the back-end channel (vhost-user, "Back-end communication").
   * When it {@link Message#needsReply}, the front-end answers with 64 bits, 0 for success.
   */
  Message request(BackendEvent event);
}
