package io.mooring.bench;

/** Samples of rings that frames are delivered to. */
final class Deliveries {

  private final long[] times;
  private final long[] frames;
  private final byte[] moved;
  private final int rings;

  /**
   * Keeps the arrays.
   *
   * @param times nanoseconds, ascending
   * @param frames delivered to all rings so far
   * @param moved a bit for each ring that frames came to since the sample before
   * @param rings how many
   */
  Deliveries(long[] times, long[] frames, byte[] moved, int rings) {
    this.times = times;
    this.frames = frames;
    this.moved = moved;
    this.rings = rings;
  }

  /**
   * The longest that a ring was seen to get no frame, in nanoseconds, over a span: from the sample
   * that saw frames to the next one that did. So it counts in full what the observer itself missed.
   */
  long longestGap(long from, long to) {
    long longest = 0;
    for (int ring = 0; ring < rings; ring++) {
      long last = from;
      for (int i = 0; i < times.length; i++) {
        if (times[i] < from || times[i] > to) {
          continue;
        }
        if ((moved[i] & (1 << ring)) != 0) {
          longest = Math.max(longest, times[i] - last);
          last = times[i];
        }
      }
      longest = Math.max(longest, Math.min(to, times[times.length - 1]) - last);
    }
    return longest;
  }

  /** The longest that the observer itself was away. */
  long longestAbsence(long from, long to) {
    long longest = 0;
    for (int i = 1; i < times.length; i++) {
      if (times[i] >= from && times[i - 1] <= to) {
        longest = Math.max(longest, times[i] - times[i - 1]);
      }
    }
    return longest;
  }

  /** Frames a second over a span. */
  double rate(long from, long to) {
    int first = sample(from);
    int last = sample(to);
    return last <= first ? 0 : (frames[last] - frames[first]) * 1e9 / (times[last] - times[first]);
  }

  /** The last sample at or before a time. */
  private int sample(long time) {
    int found = 0;
    for (int i = 0; i < times.length && times[i] <= time; i++) {
      found = i;
    }
    return found;
  }
}
