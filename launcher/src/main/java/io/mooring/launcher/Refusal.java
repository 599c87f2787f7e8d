package io.mooring.launcher;

import java.util.regex.Pattern;

/** Why a command cannot be done: one line for a person, and the exit status for a script. */
final class Refusal extends Exception {

  /** Exit status: the command was understood and failed. */
  static final int FAILED = 1;

  /** Exit status: the command line is wrong. */
  static final int USAGE = 2;

  /** Exit status: no instance runs on the home. */
  static final int NOT_RUNNING = 3;

  private static final long serialVersionUID = 1;

  /** What would begin a second line or move a terminal's cursor. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]+");

  private final int status;

  private Refusal(int status, String message) {
    super(CONTROL.matcher(message).replaceAll(" "));
    this.status = status;
  }

  static Refusal failed(String message) {
    return new Refusal(FAILED, message);
  }

  static Refusal usage(String message) {
    return new Refusal(USAGE, message);
  }

  static Refusal notRunning(String message) {
    return new Refusal(NOT_RUNNING, message);
  }

  int status() {
    return status;
  }
}
