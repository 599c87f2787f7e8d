package io.mooring.api.virtqueue;

/**
 * A guest or front-end broke a rule of its virtqueue. The message says which, in one line, without
 * the port's name.
 */
public final class QueueException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public QueueException(String message) {
    super(message);
  }
}
