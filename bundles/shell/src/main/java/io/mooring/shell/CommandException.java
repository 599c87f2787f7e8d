package io.mooring.shell;

/** Why a command failed, in one line. Gogo prints an exception by {@link #toString}. */
final class CommandException extends Exception {

  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message);
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return getMessage();
  }
}
