package io.mooring.port;

import io.mooring.api.protocol.ProtocolException;
import java.io.IOException;
import java.util.Optional;

/** How the driver kicks a queue: by an eventfd that wakes the worker while the queue runs. */
final class DriverKick {

  private static final int NONE = QueueState.NONE;

  private final PortSession session;
  private final int index;
  private int descriptor = NONE;

  DriverKick(PortSession session, int index) {
    this.session = session;
    this.index = index;
  }

  int descriptor() {
    return descriptor;
  }

  boolean given() {
    return descriptor != NONE;
  }

  /** From now on it is this one; the worker does not watch the one before. */
  void give(int eventfd) {
    close();
    descriptor = eventfd;
  }

  /** One for a driver that says in band that it has kicked. */
  int made() throws ProtocolException {
    try {
      return session.os().eventfd();
    } catch (IOException failure) {
      throw new ProtocolException(failure.getMessage(), failure);
    }
  }

  /** As if the driver had. */
  void signal() {
    session.os().signal(descriptor);
  }

  /** It wakes the worker. */
  void watch() throws ProtocolException {
    Optional<Worker> worker = worker();
    if (given() && worker.isPresent()) {
      try {
        worker.get().watch(descriptor);
      } catch (IOException failure) {
        throw new ProtocolException("queue %d: %s".formatted(index, failure.getMessage()), failure);
      }
    }
  }

  /** It wakes nobody. */
  void unwatch() {
    if (given()) {
      worker().ifPresent(worker -> worker.unwatch(descriptor));
    }
  }

  private Optional<Worker> worker() {
    return session.plane().map(DataPlane::worker);
  }

  void close() {
    if (given()) {
      session.os().close(descriptor);
      descriptor = NONE;
    }
  }
}
