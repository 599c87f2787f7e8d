package io.mooring.virtqueue;

import java.util.Arrays;
import java.util.Comparator;

/** Sorts what is in flight by when it was taken. */
final class InflightOrder {

  private record Taken(int entry, long counter) {}

  private final Taken[] all;
  private int count;

  /** For at most so many entries. */
  InflightOrder(int most) {
    all = new Taken[most];
  }

  void add(int entry, long counter) {
    all[count++] = new Taken(entry, counter);
  }

  /** The entries, the oldest first. */
  int[] entries() {
    return Arrays.stream(all, 0, count)
        .sorted(Comparator.comparingLong(Taken::counter))
        .mapToInt(Taken::entry)
        .toArray();
  }

  /** A counter above all. */
  long next() {
    return 1 + Arrays.stream(all, 0, count).mapToLong(Taken::counter).max().orElse(-1);
  }
}
