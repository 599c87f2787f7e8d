package io.mooring.port;

import java.time.Duration;

/** Lets one thread take its steps, and others keep it from the next one. */
final class Gate {

  private boolean shut;
  private boolean stepping;

  /** Begins a step: waits while the gate is shut. {@link #leave} ends it. */
  synchronized void enter() {
    boolean interrupted = false;
    while (shut) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    stepping = true;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the step. */
  synchronized void leave() {
    stepping = false;
    notifyAll();
  }

  /**
   * Lets nobody begin a step any more, and waits for the end of one that has begun.
   *
   * @return false when that took too long; then the gate is open again
   */
  synchronized boolean shut(Duration patience) throws InterruptedException {
    shut = true;
    long end = System.nanoTime() + patience.toNanos();
    for (long left = patience.toMillis(); stepping && left > 0; ) {
      wait(left);
      left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    }
    if (stepping) {
      open();
    }
    return shut;
  }

  /** Lets go on who waits. */
  synchronized void open() {
    shut = false;
    notifyAll();
  }
}
