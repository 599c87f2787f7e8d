package io.mooring.virtqueue;

import io.mooring.api.virtio.RingFeature;

/**
 * A back-end of another make that uses chains in any order and notes it in the inflight region,
 * step by step as the vhost-user document ("Inflight I/O tracking") says.
 */
sealed interface Predecessor permits SplitPredecessor, PackedPredecessor {

  /** The length that it tells of each chain. */
  int WRITTEN = 1;

  /** For a guest whose region is new and whose ring has no chain in flight. */
  static Predecessor of(Guest guest, int base) {
    return RingFeature.RING_PACKED.in(guest.features)
        ? new PackedPredecessor(guest, base)
        : new SplitPredecessor(guest, base);
  }

  /** Takes the next chain. */
  void take();

  /** Uses the chain with this place among those taken and not used, in the order of taking. */
  void use(int which);
}
