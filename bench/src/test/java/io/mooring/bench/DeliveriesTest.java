package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DeliveriesTest {

  /** Two rings at times 0, 10, ... 90: both move, but the second rests from 30 to 60. */
  private final Deliveries seen =
      new Deliveries(
          new long[] {0, 10, 20, 30, 40, 50, 60, 70, 80, 90},
          new long[] {0, 4, 8, 12, 14, 16, 18, 22, 26, 30},
          new byte[] {3, 3, 3, 3, 1, 1, 1, 3, 3, 3},
          new byte[] {0, 0, 0, 0, 0, 2, 2, 0, 0, 0},
          2);

  @Test
  void theLongestSilenceIsThatOfTheRingThatRestsLongest() {
    assertEquals(40, seen.longestSilence(0, 90));
    assertEquals(10, seen.longestSilence(0, 30));
  }

  @Test
  void aRingThatGetsNothingToTheEndIsSilentToTheEnd() {
    assertEquals(30, seen.longestSilence(0, 60));
  }

  @Test
  void aGapIsOnlyTheTimeInWhichFramesWait() {
    assertEquals(30, seen.longestGap(0, 90).length());
    assertEquals(20, seen.longestGap(0, 60).length());
    assertEquals(10, seen.longestGap(0, 40).length());
    assertEquals(new Deliveries.Gap(40, 70), seen.longestGap(0, 90));
  }

  @Test
  void theRateIsOfAllRings() {
    assertEquals(30e9 / 90, seen.rate(0, 90), 1);
    assertEquals(6e9 / 30, seen.rate(30, 60), 1);
  }

  @Test
  void theUsualRateIsThatOfMostSpans() {
    assertEquals(4e9 / 10, seen.usualRate(0, 90, 10), 1);
  }

  @Test
  void whatTheObserverMissedIsToldApart() {
    var late =
        new Deliveries(new long[] {0, 10, 200}, new long[3], new byte[] {1, 1, 1}, new byte[3], 1);
    assertEquals(190, late.longestAbsence(0, 200));
    assertEquals(190, late.longestGap(0, 200).length());
  }
}
