package io.mooring.port;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import java.util.OptionalInt;

/**
 * How far a queue has come by what its device was given and gave back: what an engine on probation
 * is measured by, and where another one goes on when it cannot be asked. The worker's.
 */
final class Progress {

  private static final int POSITION = 0x7fff;
  private static final int WRAP = 0x8000;

  private final int size;
  private final boolean packed;

  /** Whether positions can be told: chains that a former back-end left come from no position. */
  private final boolean exact;

  private int from;

  /** Ring slots of the chains given back since {@link #begin}; counted only while watched. */
  private long slots;

  /** Slots before the burst that is being given back. */
  private long before;

  private boolean publishing;

  /** Where the engine said it was, when positions cannot be told without it. */
  private int said;

  /** Whether the last burst that an engine failed to give back went all the same. */
  private boolean went;

  private boolean watched;

  Progress(QueueSetup setup) {
    size = setup.size();
    packed = RingFeature.RING_PACKED.in(setup.features());
    exact = !setup.inflight().present();
    from = setup.base();
    said = from;
  }

  /**
   * The queue goes on from a position.
   *
   * @param watch whether to count positions from now on
   */
  void begin(int position, boolean watch) {
    from = position;
    said = position;
    slots = 0;
    publishing = false;
    watched = watch;
  }

  /** Counts no positions any more. */
  void end() {
    watched = false;
  }

  boolean watched() {
    return watched && exact;
  }

  /** Whether the engine is to say where it is before each burst that is given back. */
  boolean asks() {
    return watched && !exact;
  }

  void says(int position) {
    said = position;
  }

  void publishing(Chains given, int count) {
    if (watched) {
      publishing = true;
      before = slots;
      slots += slots(given, count);
    }
  }

  void published() {
    publishing = false;
  }

  /** Whether a burst that an engine failed to give back went all the same, see {@link #goOn}. */
  boolean went() {
    return went;
  }

  private int slots(Chains given, int count) {
    if (!packed) {
      return count;
    }
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += given.slots[i];
    }
    return sum;
  }

  /** Where the queue is, by what its device gave back. */
  int position() {
    return position(slots);
  }

  private int position(long passed) {
    if (!packed) {
      return (int) (from + passed) & 0xffff;
    }
    long index = (from & POSITION) + passed;
    int wrap = (from & WRAP) ^ (index / size % 2 == 1 ? WRAP : 0);
    int half = (int) (index % size) | wrap;
    return half | half << 16;
  }

  /**
   * Where another engine goes on after one that failed. A burst that it was giving back went or
   * not, as the engine says itself; when it cannot be believed, it did not.
   *
   * @param told what the failed engine says, if it says anything
   */
  int goOn(OptionalInt told) {
    went = false;
    if (!watched()) {
      went = publishing && told.isPresent() && told.getAsInt() != said;
      return told.orElse(said);
    }
    if (!publishing) {
      return position();
    }
    went = told.isPresent() && agrees(told.getAsInt(), slots);
    return went ? position() : position(before);
  }

  /** Whether a position that an engine tells is the one where the queue must be. */
  boolean agrees(int told) {
    return agrees(told, slots);
  }

  private boolean agrees(int told, long passed) {
    int mask = packed ? POSITION | WRAP : 0xffff;
    return (told & mask) == (position(passed) & mask);
  }
}
