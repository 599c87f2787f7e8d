package io.mooring.port;

/** An engine failed by itself, and not because of its guest: thrown in the turn that met it. */
final class EngineFault extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String port;

  /**
   * @param port whose queue it was
   */
  EngineFault(String port, Throwable cause) {
    super(cause.toString(), cause);
    this.port = port;
  }

  String port() {
    return port;
  }
}
