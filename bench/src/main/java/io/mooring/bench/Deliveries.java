package io.mooring.bench;

import java.util.ArrayList;
import java.util.List;

/** Samples of rings that frames are delivered to. */
final class Deliveries {

  private final long[] times;
  private final long[] frames;
  private final byte[] moved;
  private final byte[] stuck;
  private final int rings;

  /**
   * Keeps the arrays.
   *
   * @param times nanoseconds, ascending
   * @param frames delivered to all rings so far
   * @param moved a bit for each ring that frames came to since the sample before
   * @param stuck a bit for each ring that none came to, though some waited and there was room
   * @param rings how many
   */
  Deliveries(long[] times, long[] frames, byte[] moved, byte[] stuck, int rings) {
    this.times = times;
    this.frames = frames;
    this.moved = moved;
    this.stuck = stuck;
    this.rings = rings;
  }

  /** A span of time, in nanoseconds. */
  record Gap(long from, long to) {

    long length() {
      return to - from;
    }

    private Gap orLonger(Gap other) {
      return other.length() > length() ? other : this;
    }
  }

  /**
   * The longest that frames waited and none was delivered, in a span: from the sample that saw all
   * well to the next one that did. So it counts in full what the observer itself missed, but not
   * the time in which the driver sent nothing or had no room.
   */
  Gap longestGap(long from, long to) {
    return longest(from, to, (sample, ring) -> (stuck[sample] & 1 << ring) == 0);
  }

  /** The longest that a ring got no frame, whoever's fault that was. */
  long longestSilence(long from, long to) {
    return longest(from, to, (sample, ring) -> (moved[sample] & 1 << ring) != 0).length();
  }

  private interface Well {
    boolean is(int sample, int ring);
  }

  private Gap longest(long from, long to, Well well) {
    var longest = new Gap(from, from);
    for (int ring = 0; ring < rings; ring++) {
      long last = from;
      for (int i = 0; i < times.length; i++) {
        if (times[i] < from || times[i] > to) {
          continue;
        }
        if (well.is(i, ring)) {
          longest = longest.orLonger(new Gap(last, times[i]));
          last = times[i];
        }
      }
      longest = longest.orLonger(new Gap(last, Math.min(to, times[times.length - 1])));
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

  /** The same as the median of spans of a length, so that one hiccup does not count. */
  double usualRate(long from, long to, long span) {
    List<Double> rates = new ArrayList<>();
    for (long start = from; start + span <= to; start += span) {
      rates.add(rate(start, start + span));
    }
    return Statistics.of(rates).median();
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
