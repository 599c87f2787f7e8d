package io.mooring.api.device;

/**
 * Work on one port met another port's broken queue: thrown by {@link Device#poll} so that the
 * guilty port's connection ends and not the polled one's.
 */
public final class QueueFault extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String port;

  /**
   * @param port the guilty port's name
   * @param cause what its queue said
   */
  public QueueFault(String port, RuntimeException cause) {
    super(cause.getMessage(), cause);
    this.port = port;
  }

  /** The guilty port's name. */
  public String port() {
    return port;
  }
}
