package io.mooring.port;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Waits for what another thread does. */
final class Eventually {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private Eventually() {}

  static void holds(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        Assertions.fail("not within 10 s: " + what);
      }
      LockSupport.parkNanos(200_000);
    }
  }
}
