package io.mooring.port.warmup;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtio.RingFeature;

/** A split ring's driver (virtio 1.3, section 2.7). */
final class SyntheticSplit extends SyntheticDriver {

  private static final int NO_INTERRUPT = 1;

  private final boolean eventIndex;
  private int nextDescriptor;
  private int available;

  SyntheticSplit(SyntheticMemory memory, RingUse use, int index, int call) {
    super(memory, use, index, call, 6 + 2L * use.size(), 6 + 8L * use.size());
    eventIndex = RingFeature.EVENT_IDX.in(use.features());
  }

  @Override
  int base() {
    return 0;
  }

  @Override
  void add(Shape shape, long buffer, int bytes, int flags) {
    int head = nextDescriptor;
    int second = (head + 1) % size;
    switch (shape) {
      case ONE -> put(at(head), buffer, HEADER + bytes, flags);
      case PAIR -> {
        put(at(head), buffer, HEADER, second << 16 | flags | NEXT);
        put(at(second), buffer + HEADER, bytes, flags);
      }
      case TABLE -> put(at(head), table(head, buffer, bytes, flags), 2 * DESCRIPTOR, INDIRECT);
    }
    nextDescriptor = (head + shape.slots) % size;
    HostMemory.putShort(memory.host(driverArea) + 4 + 2L * (available & size - 1), head);
    available = available + 1 & 0xffff;
  }

  private long at(int descriptor) {
    return memory.host(descriptors) + (long) DESCRIPTOR * descriptor;
  }

  @Override
  void show() {
    HostMemory.putShortRelease(memory.host(driverArea) + 2, available);
  }

  @Override
  void calls(boolean wanted) {
    long area = memory.host(driverArea);
    if (eventIndex) {
      int used = HostMemory.getUnsignedShort(memory.host(deviceArea) + 2);
      HostMemory.putShort(area + 4 + 2L * size, wanted ? used : used - 1);
    } else {
      HostMemory.putShort(area, wanted ? 0 : NO_INTERRUPT);
    }
  }
}
