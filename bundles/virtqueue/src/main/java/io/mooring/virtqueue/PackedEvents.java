package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;

/**
 * A packed ring's two event suppression areas (virtio 1.3, section 2.8.10): what the driver wants
 * to be called for, and what the device wants to be kicked for. Each is an offset with its wrap
 * counter and flags, read and written at once.
 */
final class PackedEvents {

  private static final int BYTES = 4;
  private static final int OFFSET = 0x7fff;
  private static final int WRAP_SHIFT = 15;
  private static final int FLAGS_SHIFT = 16;
  private static final int FLAGS = 3;
  private static final int ENABLE = 0;
  private static final int DISABLE = 1;
  private static final int AT_DESCRIPTOR = 2;

  private final QueueSetup setup;
  private final int size;
  private final boolean eventIndex;

  private long driver;
  private long device;

  PackedEvents(QueueSetup setup) {
    this.setup = setup;
    size = setup.size();
    eventIndex = RingFeature.EVENT_IDX.in(setup.features());
  }

  /** Finds the areas in another table; false when they wait for a mapping. */
  boolean map(GuestView view) {
    driver = view.ring("driver event area", setup.available(), BYTES, BYTES, Iotlb.READ);
    device = view.ring("device event area", setup.used(), BYTES, BYTES, Iotlb.WRITE);
    return driver != MemoryTable.NONE && device != MemoryTable.NONE;
  }

  /** Whether the driver wants a call for the positions from one up to another. */
  boolean calls(int from, int to) {
    int event = HostMemory.getInt(driver);
    int flags = event >>> FLAGS_SHIFT & FLAGS;
    if (flags != AT_DESCRIPTOR || !eventIndex) {
      return flags != DISABLE;
    }
    int wanted = (event & OFFSET) + ((event >>> WRAP_SHIFT & 1) == 1 ? 0 : size);
    return Math.floorMod(wanted - from, 2 * size) < Math.floorMod(to - from, 2 * size);
  }

  /**
   * Asks for a kick.
   *
   * @param next offset and wrap counter of the next descriptor
   */
  void arm(int next) {
    HostMemory.putInt(
        device, eventIndex ? next | AT_DESCRIPTOR << FLAGS_SHIFT : ENABLE << FLAGS_SHIFT);
  }

  void disarm() {
    HostMemory.putInt(device, DISABLE << FLAGS_SHIFT);
  }

  void log(WriteLog log) {
    log.host(device, BYTES);
  }
}
