package io.mooring.api.protocol;

import io.mooring.api.transport.Message;
import java.util.Optional;

/**
 * A front-end's message cannot be obeyed. One line that names the request or queue, the value and
 * what was allowed.
 */
public final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Message lastWord;

  public ProtocolException(String message) {
    super(message);
    lastWord = null;
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
    lastWord = null;
  }

  /**
   * The same, for a front-end that would not survive the loss of its connection at once: it is to
   * be answered, nothing of the guest is touched any more, and the connection ends a moment later.
   */
  public ProtocolException(ProtocolException reason, Message lastWord) {
    super(reason.getMessage(), reason);
    this.lastWord = lastWord;
  }

  /** What the front-end is answered before the connection ends a moment later. */
  public Optional<Message> lastWord() {
    return Optional.ofNullable(lastWord);
  }
}
