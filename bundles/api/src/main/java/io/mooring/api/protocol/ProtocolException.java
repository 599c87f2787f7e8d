package io.mooring.api.protocol;

/**
 * A front-end's message cannot be obeyed. One line that names the request or queue, the value and
 * what was allowed.
 */
public final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1;

  public ProtocolException(String message) {
    super(message);
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
