package io.mooring.container;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread or process is about to do. */
final class Eventually {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long PAUSE_MILLIS = 2;

  private Eventually() {}

  /**
   * Waits until a condition holds.
   *
   * @param what ends the sentence "waited 15 s until …"
   * @param state tells a failed test how things were in the end
   */
  static void holds(String what, BooleanSupplier condition, Supplier<?> state) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "waited %d s until %s; now: %s".formatted(PATIENCE.toSeconds(), what, state.get()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }
}
