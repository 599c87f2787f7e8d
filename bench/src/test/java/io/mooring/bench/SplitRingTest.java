package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SplitRingTest {

  /** Of 256: 4096 bytes of descriptors, and after them 516 up to the last available entry's end. */
  @Test
  void theAvailablePartIsBetweenTheDescriptorsAndTheUsedPart() {
    long table = 0x7000_0000;
    var ring = new SplitRing(table + 8192, 256);
    assertEquals(table + 4096 + 2, ring.availableIndex());
    assertEquals(table + 8192 + 2, ring.usedIndex());
  }

  @Test
  void aLargeRingTakesMorePages() {
    long table = 0x7000_0000;
    assertEquals(table + 16 * 1024 + 2, new SplitRing(table + 5 * 4096, 1024).availableIndex());
  }
}
