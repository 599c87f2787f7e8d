package io.mooring.port;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log is told of a front-end whose connection goes on. It and its guest can give cause as
 * often as they like, so that of each kind only the first few lines are told. Any thread; nothing
 * is allocated for what is not told.
 */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  /** Why one complains. */
  enum Cause {
    /** A request was refused, and the front-end was told. */
    REFUSAL(5),
    /** The front-end refused a request of this back-end. */
    REFUSED_HERE(5),
    /** An address is not mapped, and nobody can be asked for it. */
    MISS(1);

    private final int most;

    Cause(int most) {
      this.most = most;
    }
  }

  private final String port;
  private final AtomicIntegerArray told = new AtomicIntegerArray(Cause.values().length);

  Complaints(String port) {
    this.port = port;
  }

  /** Tells the log, unless it was told enough of that; the last line says so. */
  void tell(Cause cause, Supplier<String> line) {
    if (told.get(cause.ordinal()) >= cause.most) {
      return;
    }
    int number = told.incrementAndGet(cause.ordinal());
    if (number < cause.most) {
      LOG.warn("port {}: {}", port, line.get());
    } else if (number == cause.most) {
      LOG.warn("port {}: {}; no more of this kind until it connects again", port, line.get());
    }
  }
}
