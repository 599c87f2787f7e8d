package io.mooring.api.upgrade;

/** An upgrade was refused or taken back; all is as before. The message says why, in one line. */
public final class UpgradeException extends Exception {

  private static final long serialVersionUID = 1;

  public UpgradeException(String message) {
    super(message);
  }

  public UpgradeException(String message, Throwable cause) {
    super(message, cause);
  }
}
