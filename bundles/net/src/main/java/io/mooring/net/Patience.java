package io.mooring.net;

/**
 * How long senders wait for a receiver that has no buffers before its frames are dropped. A
 * receiver that is merely slow for a moment loses nothing; one that is dead or plays for time costs
 * its senders at most a tenth of theirs.
 */
final class Patience {

  private static final long MOST_NANOS = 10_000_000;
  private static final int EARNED_IN = 10;

  private long left = MOST_NANOS;
  private long last;
  private boolean waiting;

  /** The receiver lacks buffers. Returns whether to hold its frames rather than drop them. */
  boolean hold(long now) {
    account(now);
    waiting = left > 0;
    return waiting;
  }

  /** Whether frames are held. */
  boolean waiting() {
    return waiting;
  }

  /** The receiver took all that it was given. */
  void satisfied(long now) {
    account(now);
    waiting = false;
  }

  /** Between two frames a receiver may have been away for hours, which nobody waited for. */
  private void account(long now) {
    long elapsed = now - last;
    last = now;
    left = waiting ? Math.max(-MOST_NANOS, left - elapsed) : earned(elapsed);
  }

  private long earned(long elapsed) {
    return Math.min(MOST_NANOS, left + elapsed / EARNED_IN);
  }
}
