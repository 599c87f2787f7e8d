package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DozeTest {

  private static final long LEAST = 50_000;

  private final Doze doze = new Doze(LEAST);

  private void sleep(long nanos, int moved) {
    doze.took(nanos);
    doze.brought(moved);
    // What comes while it is awake says nothing of how it slept.
    doze.brought(1);
  }

  @Test
  void whoIsWokenSoonByBurstsSleepsLaterUpToTenTimes() {
    sleep(100_000, 32);
    assertEquals(2 * LEAST, doze.after());
    for (int i = 0; i < 10; i++) {
      sleep(100_000, 32);
    }
    assertEquals(10 * LEAST, doze.after());
  }

  @Test
  void whoIsWokenByFewFramesSleepsAsSoonAsBefore() {
    sleep(100_000, 32);
    sleep(100_000, 4);
    assertEquals(LEAST, doze.after());
  }

  @Test
  void whoSleptForLongSleepsAsSoonAsBefore() {
    sleep(100_000, 32);
    sleep(1_000_000, 32);
    assertEquals(LEAST, doze.after());
  }

  @Test
  void whoNeverPollsInVainNeverDoes() {
    var none = new Doze(0);
    none.took(1);
    none.brought(64);
    assertEquals(0, none.after());
  }
}
