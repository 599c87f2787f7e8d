package io.mooring.api.swap;

/** A swap was refused or taken back; all is as before. The message says why, in one line. */
public final class SwapException extends Exception {

  private static final long serialVersionUID = 1;

  public SwapException(String message) {
    super(message);
  }

  public SwapException(String message, Throwable cause) {
    super(message, cause);
  }
}
