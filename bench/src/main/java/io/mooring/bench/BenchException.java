package io.mooring.bench;

/** Why a benchmark cannot be run or gave nothing: one line, and the exit status. */
final class BenchException extends Exception {

  static final int FAILED = 1;
  static final int USAGE = 2;

  private static final long serialVersionUID = 1;

  private final int status;

  private BenchException(int status, String message) {
    super(message.replaceAll("\\R", " "));
    this.status = status;
  }

  static BenchException failed(String message) {
    return new BenchException(FAILED, message);
  }

  static BenchException usage(String message) {
    return new BenchException(USAGE, message);
  }

  int status() {
    return status;
  }
}
