package io.mooring.virtqueue;

import io.mooring.api.virtqueue.Chains;

/**
 * What differs between the ring formats: where a driver offers chains and where it is told that
 * they are used. A ring has two positions, the next chain to take and the next used entry, and
 * moves them only when it is told to.
 */
sealed interface Ring permits SplitRing, PackedRing {

  /**
   * Finds the ring's parts in another table.
   *
   * @return whether all of it is mapped; otherwise the front-end was asked for what is not, and no
   *     other method may be called
   */
  boolean map(GuestView view);

  /** Learns from the ring where to write the next used entry; once, when it is mapped. */
  void begin();

  /** Whether the driver offers a chain at the position. */
  boolean available();

  /**
   * Gathers chains from the position on until the burst has {@code most} of them; has the reader
   * look at those behind one that waits for its IOMMU.
   */
  void gather(Chains chains, int most);

  /** Moves the position behind chains of a burst. */
  void pass(Chains chains, int from, int to);

  /** Tells the driver that it may have chains of a burst back. */
  default void use(Chains chains, int from, int to) {
    if (inOrder() && !writable(chains, from, to)) {
      useAsOne(chains, from, to);
    } else {
      useEach(chains, from, to);
    }
  }

  /** Whether the driver knows that chains are used in order (VIRTIO_F_IN_ORDER). */
  boolean inOrder();

  /** By an entry for each. */
  void useEach(Chains chains, int from, int to);

  /** By one entry, which means in order that all of them were used completely. */
  void useAsOne(Chains chains, int from, int to);

  /** Whether chains have buffers that the device writes, and so lengths that the driver needs. */
  private static boolean writable(Chains chains, int from, int to) {
    int bytes = 0;
    for (int i = from; i < to; i++) {
      bytes |= chains.writableBytes[i];
    }
    return bytes != 0;
  }

  /** Where the next used entry goes. */
  int used();

  /**
   * Whether the driver wants to be called now that used entries were written. It wrote its wish and
   * then read them, so a full fence stands between writing them and this.
   */
  boolean calls(int usedBefore);

  /** Asks the driver for a kick at the next chain. */
  void arm();

  /** Asks the driver for no kicks. */
  void disarm();

  /** Marks the used entries that were written since a position. */
  void logUsed(WriteLog log, int usedBefore);

  /** Marks what {@link #arm} and {@link #disarm} wrote. */
  void logWish(WriteLog log);

  /** Both positions in the form that GET_VRING_BASE answers. */
  int base();
}
