package io.mooring.port;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;

/** Looks at a ring itself, without the engine that runs it. The worker's. */
final class RingProbe {

  private static final int INDEX = 2;
  private static final int DESCRIPTOR = 16;
  private static final int FLAGS = 14;
  private static final int POSITION = 0x7fff;
  private static final int WRAP = 15;
  private static final int AVAILABLE = 7;
  private static final int USED = 15;

  private RingProbe() {}

  /** Whether the driver offers a chain at a position (virtio 1.3, sections 2.7.6 and 2.8.1). */
  static boolean offers(QueueSetup setup, MemoryTable table, int position) {
    if (table.translated()) {
      // It may wait for its IOMMU, and only the engine knows.
      return false;
    }
    if (!RingFeature.RING_PACKED.in(setup.features())) {
      long ring = table.ringToHost(setup.available(), 4, Iotlb.READ);
      return ring != MemoryTable.NONE
          && HostMemory.getUnsignedShortAcquire(ring + INDEX) != (position & 0xffff);
    }
    long bytes = (long) DESCRIPTOR * setup.size();
    long ring = table.ringToHost(setup.descriptors(), bytes, Iotlb.READ);
    if (ring == MemoryTable.NONE) {
      return false;
    }
    int flags =
        HostMemory.getUnsignedShortAcquire(
            ring + (long) DESCRIPTOR * (position & POSITION) + FLAGS);
    int wrap = position >>> WRAP & 1;
    return (flags >>> AVAILABLE & 1) == wrap && (flags >>> USED & 1) != wrap;
  }
}
