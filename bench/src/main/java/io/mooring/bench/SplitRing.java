package io.mooring.bench;

/**
 * A split ring in the memory of DPDK's driver, which lays its three parts out one after the other
 * (virtio 1.3, section 2.7.2).
 *
 * @param used where its used part is
 * @param size how many descriptors it has
 */
record SplitRing(long used, int size) {

  private static final int PAGE = 4096;
  private static final int INDEX_AT = 2;
  private static final int ENTRIES_AT = 4;

  /** Where the driver's index is: chains made available so far, modulo 65536. */
  long availableIndex() {
    long table = 16L * size;
    long end = table + ENTRIES_AT + 2L * size;
    return used - Math.ceilDiv(end, PAGE) * PAGE + table + INDEX_AT;
  }

  /** Where the device's index is: chains used so far, modulo 65536. */
  long usedIndex() {
    return used + INDEX_AT;
  }
}
