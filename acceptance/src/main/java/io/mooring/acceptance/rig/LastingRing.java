package io.mooring.acceptance.rig;

import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.GuestRam;

/**
 * The driver's side of a ring that outlives back-ends. A chain is one descriptor, and they are used
 * in turn; it insists that each comes back once, in the order in which they were offered, and that
 * none is left out. One thread uses it.
 */
final class LastingRing {

  static final int NONE = -1;

  /** What differs between the ring formats. Positions count up for ever. */
  sealed interface Format permits LastingSplit, LastingPacked {

    /** Offers a buffer at a position. */
    void put(long position, long address, int length, boolean writable);

    /** Shows the device all before a position; returns whether it wants a kick. */
    boolean expose(long position);

    /** The descriptor that the used entry at a position names; {@link #NONE} when there is none. */
    int used(long position);

    /** The length in that entry. */
    int length(long position);

    /** Guest addresses of the three areas, as SET_VRING_ADDR names them. */
    long descriptors();

    long available();

    long usedRing();

    /** Where a front-end that knows only the ring's memory lets the next back-end begin. */
    int base();
  }

  private final int size;
  private final boolean inOrder;
  private final Format format;
  private long offered;
  private long collected;
  private long batchEnd;
  private int length;

  LastingRing(GuestRam ram, int size, long features) {
    this.size = size;
    inOrder = RingFeature.IN_ORDER.in(features);
    format =
        RingFeature.RING_PACKED.in(features)
            ? new LastingPacked(ram, size)
            : new LastingSplit(ram, size);
  }

  Format format() {
    return format;
  }

  /** How many buffers can be offered. */
  int free() {
    return size - outstanding();
  }

  /** Chains that were offered and not collected. */
  int outstanding() {
    return (int) (offered - collected);
  }

  /** The descriptor that is offered next. */
  int next() {
    return (int) (offered % size);
  }

  /** Offers the next descriptor with a buffer. */
  void offer(long address, int bytes, boolean writable) {
    format.put(offered++, address, bytes, writable);
  }

  /** Shows the device what was offered; returns whether it wants a kick. */
  boolean expose() {
    return format.expose(offered);
  }

  /** Takes back the next descriptor that the device used; {@link #NONE} when there is none. */
  int collect() {
    if (collected == batchEnd && !begin()) {
      return NONE;
    }
    return (int) (collected++ % size);
  }

  /** Reads the next used entry, which stands for a batch where chains are used in order. */
  private boolean begin() {
    int named = format.used(collected);
    if (named == NONE) {
      return false;
    }
    long ahead = Math.floorMod(named - collected, size);
    if (named >= size || ahead >= outstanding() || (ahead > 0 && !inOrder)) {
      throw new AssertionError(
          "the device used descriptor %d; the oldest of %d outstanding ones is %d"
              .formatted(named, outstanding(), collected % size));
    }
    length = format.length(collected);
    batchEnd = collected + ahead + 1;
    return true;
  }

  /** Bytes that the device wrote into what was collected last. */
  int length() {
    return length;
  }
}
