package io.mooring.virtqueue;

import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;

/**
 * A queue's part of the inflight region in the form of its ring (vhost-user, "Inflight I/O
 * tracking"). The part has an entry for each chain that a device has. Everything is written in such
 * an order that a process may be killed at any instruction.
 */
sealed interface InflightPart permits SplitInflight, PackedInflight {

  /** The version that parts have; 0 is one that was not used yet. */
  int CURRENT_VERSION = 1;

  /** The part of a queue that has one. */
  static InflightPart of(QueueSetup setup, Ring ring) {
    if (setup.inflight().entries() < setup.size()) {
      throw new QueueException(
          "queue %d: inflight region has room for %d descriptors, the ring has %d"
              .formatted(setup.index(), setup.inflight().entries(), setup.size()));
    }
    return switch (ring) {
      case SplitRing split -> new SplitInflight(setup, split);
      case PackedRing packed -> new PackedInflight(setup, packed);
    };
  }

  /** Whether a version tells that a part was not used yet. */
  static boolean isNew(QueueSetup setup, int version) {
    if (version > CURRENT_VERSION) {
      throw broken(setup, "version", version, CURRENT_VERSION + 1L);
    }
    return version == 0;
  }

  static QueueException broken(QueueSetup setup, String what, long value, long limit) {
    return new QueueException(
        "queue %d: inflight region has %s %d, below %d is allowed"
            .formatted(setup.index(), what, value, limit));
  }

  /**
   * Reads what a former back-end left, or makes a new part of one that is all zero, and moves the
   * ring to where it goes on.
   *
   * @return the entries of chains that are to be taken again before the ring's next one, because
   *     the ring does not hold them any more
   */
  int[] recover();

  /** Gathers one of the chains that {@link #recover} told. */
  void gather(Chains chains, int entry);

  /** The chains of a burst from one on come from the ring's position on. */
  void beginTaking();

  /**
   * Notes a chain as in flight, after those noted since {@link #beginTaking}.
   *
   * @return its entry
   */
  int take(Chains chains, int chain);

  /**
   * Uses chains of a burst, which the driver sees at once, and notes that they are not in flight
   * any more. Where there are several, the ring has them at its position one after the other.
   */
  void use(Chains chains, int[] entries, int from, int to);

  /** Notes that the chain that was taken last went back to the ring. */
  void giveBack(int entry);
}
