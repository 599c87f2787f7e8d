package io.mooring.port;

/**
 * After how long without work a worker sleeps. Under load a hiccup of the sender would put it to
 * sleep, and then every burst costs the sender a kick and waits for the worker to wake, which makes
 * for the next hiccup: so who is woken soon by a whole burst sleeps later from then on. One that is
 * woken by a few frames does not, since its guests may need the processor more.
 */
final class Doze {

  private static final int MOST = 10;
  private static final long SOON_NANOS = 500_000;
  private static final int BURST = 16;

  private final long least;
  private long after;
  private boolean woken;
  private long slept;

  /**
   * @param least nanoseconds without work after which to sleep at the soonest
   */
  Doze(long least) {
    this.least = least;
    after = least;
  }

  /** Nanoseconds without work after which to sleep. */
  long after() {
    return after;
  }

  /** The worker was asleep for so many nanoseconds. */
  void took(long nanos) {
    slept = nanos;
    woken = true;
  }

  /** A turn moved something. */
  void brought(int moved) {
    if (woken) {
      woken = false;
      after = slept < SOON_NANOS && moved >= BURST ? Math.min(2 * after, MOST * least) : least;
    }
  }
}
