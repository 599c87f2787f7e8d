package io.mooring.acceptance.rig;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process is about to do. */
public final class Eventually {

  private static final long PAUSE_MILLIS = 10;

  private Eventually() {}

  /**
   * Waits until a condition holds.
   *
   * @param what ends the sentence "waited 5 s until …"
   * @param state tells a failed test how things were in the end
   */
  public static void holds(
      String what, Duration limit, BooleanSupplier condition, Supplier<?> state) {
    Optional<Boolean> held =
        within(limit, () -> Optional.of(true).filter(_ -> condition.getAsBoolean()));
    if (held.isEmpty()) {
      throw new AssertionError(
          "waited %.1f s until %s; now: %s".formatted(limit.toMillis() / 1e3, what, state.get()));
    }
  }

  /** Asks again and again; what came, or empty when time is up. */
  public static <T> Optional<T> within(Duration limit, Supplier<Optional<T>> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent() || System.nanoTime() > deadline) {
        return answer;
      }
      pause(Duration.ofMillis(PAUSE_MILLIS));
    }
  }

  /** Sleeps. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
