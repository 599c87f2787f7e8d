package io.mooring.api.virtqueue;

import io.mooring.api.virtio.RingFeature;

/**
 * One queue's part of the region in which a back-end notes what it has taken from the rings, so
 * that the next one knows after a crash (vhost-user, "Inflight I/O tracking"). The region is the
 * parts of all its queues one after the other. A part of zeros is a new one; the engine fills it in
 * and keeps it. What is in it is as hostile as a ring.
 *
 * @param address host address of the part, {@link #bytes} bytes of which are mapped; 0 for none
 * @param entries how many descriptors it has room for: the queue size that the region was made for
 */
public record Inflight(long address, int entries) {

  /** No tracking. */
  public static final Inflight NONE = new Inflight(0, 0);

  private static final int SPLIT_HEADER = 16;
  private static final int SPLIT_ENTRY = 16;
  private static final int PACKED_HEADER = 32;
  private static final int PACKED_ENTRY = 32;

  /** Parts are as far from each other as other back-ends put them, a multiple of a cache line. */
  private static final int ALIGNMENT = 64;

  /** Whether there is a part. */
  public boolean present() {
    return address != 0;
  }

  /**
   * Bytes from one queue's part to the next one's.
   *
   * @param features the acknowledged virtio features, which tell the ring's format
   * @param queueSize descriptors a queue, 0 to 65535
   */
  public static long bytes(long features, int queueSize) {
    boolean packed = RingFeature.RING_PACKED.in(features);
    long header = packed ? PACKED_HEADER : SPLIT_HEADER;
    long entry = packed ? PACKED_ENTRY : SPLIT_ENTRY;
    return (header + entry * queueSize + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
