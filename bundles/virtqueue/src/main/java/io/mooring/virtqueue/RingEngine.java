package io.mooring.virtqueue;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes queues of the ring format that the driver negotiated. */
@Component
@Capability(
    namespace = "io.mooring.engine",
    attribute = {
      "features:List<String>='any_layout,event_idx,in_order,indirect_desc,iommu_platform,log_all,"
          + "notification_data,packed,queue_reset,version_1'",
      "max_ring:Long=32768"
    })
public final class RingEngine implements VirtqueueEngine {

  private static final int MAX_SIZE = 32768;

  /**
   * NOTIFICATION_DATA and RING_RESET need nothing of a ring: data comes with a notification only as
   * far as the front-end, which passes on the kick, and a queue that is reset is stopped and opened
   * again.
   */
  private static final long FEATURES =
      RingFeature.VERSION_1.mask()
          | RingFeature.LOG_ALL.mask()
          | RingFeature.ANY_LAYOUT.mask()
          | RingFeature.INDIRECT_DESC.mask()
          | RingFeature.EVENT_IDX.mask()
          | RingFeature.ACCESS_PLATFORM.mask()
          | RingFeature.RING_PACKED.mask()
          | RingFeature.IN_ORDER.mask()
          | RingFeature.NOTIFICATION_DATA.mask()
          | RingFeature.RING_RESET.mask();

  private final Os os;

  /** An engine that calls drivers through {@code os}. */
  @Activate
  public RingEngine(@Reference Os os) {
    this.os = os;
  }

  @Override
  public long features() {
    return FEATURES;
  }

  @Override
  public int maxSize() {
    return MAX_SIZE;
  }

  @Override
  public Virtqueue open(QueueSetup setup, MemoryTable memory) {
    int size = setup.size();
    boolean packed = RingFeature.RING_PACKED.in(setup.features());
    if (size < 1 || size > MAX_SIZE || (!packed && Integer.bitCount(size) != 1)) {
      throw new QueueException(
          "queue %d: size %d is not %s from 1 to %d"
              .formatted(setup.index(), size, packed ? "a number" : "a power of two", MAX_SIZE));
    }
    return new RingQueue(setup, memory, os);
  }
}
