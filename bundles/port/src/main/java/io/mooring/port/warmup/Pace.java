package io.mooring.port.warmup;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long a warm-up goes on: until its speed has settled, which it does when all is compiled, and
 * no longer than it may, nor when its thread is interrupted. In between it lets others have the
 * processor, so that a worker that has to share one stands still for moments only. One thread uses
 * it.
 */
public final class Pace {

  /** Calls are compiled for good after some tens of thousands. */
  private static final int WINDOW = 20_000;

  private static final int FEWEST_WINDOWS = 8;
  private static final int SETTLED_WINDOWS = 3;
  private static final double SETTLED = 0.15;

  private static final long WORK_NANOS = 100_000;
  private static final long REST_NANOS = 100_000;

  private final long most;
  private final BooleanSupplier wanted;
  private long turnsInWindow;
  private long workInWindow;
  private long begun;
  private long workBegun;
  private int windows;
  private final double[] last = new double[SETTLED_WINDOWS];

  /** Goes on for so long at most, from the first question on. */
  public Pace(Duration most) {
    this(most, () -> true);
  }

  /**
   * Goes on for so long at most, from the first question on.
   *
   * @param wanted asked at every turn whether it may
   */
  public Pace(Duration most, BooleanSupplier wanted) {
    this.most = most.toNanos();
    this.wanted = wanted;
  }

  /** How long it has gone on. */
  public Duration elapsed() {
    return begun == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begun);
  }

  /** To be asked before every burst: whether there is to be another one. */
  public boolean another() {
    long now = System.nanoTime();
    if (begun == 0) {
      begun = now;
      workBegun = now;
    }
    turnsInWindow++;
    if (now - workBegun > WORK_NANOS) {
      workInWindow += now - workBegun;
      LockSupport.parkNanos(REST_NANOS);
      workBegun = System.nanoTime();
    }
    return now - begun < most
        && !Thread.currentThread().isInterrupted()
        && wanted.getAsBoolean()
        && (turnsInWindow < WINDOW || !settled(now));
  }

  private boolean settled(long now) {
    workInWindow += now - workBegun;
    workBegun = now;
    last[windows % SETTLED_WINDOWS] = (double) workInWindow / turnsInWindow;
    windows++;
    workInWindow = 0;
    turnsInWindow = 0;
    double least = Double.MAX_VALUE;
    double most = 0;
    for (double each : last) {
      least = Math.min(least, each);
      most = Math.max(most, each);
    }
    return windows >= FEWEST_WINDOWS && most - least < SETTLED * least;
  }
}
