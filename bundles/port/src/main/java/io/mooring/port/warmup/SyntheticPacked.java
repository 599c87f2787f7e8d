package io.mooring.port.warmup;

import io.mooring.api.memory.HostMemory;

/** A packed ring's driver (virtio 1.3, section 2.8). */
final class SyntheticPacked extends SyntheticDriver {

  private static final int AVAILABLE = 1 << 7;
  private static final int USED = 1 << 15;
  private static final int BEGIN = 0x8000_8000;
  private static final int EVENT_AREA = 4;
  private static final int ENABLE = 0;
  private static final int DISABLE = 1;

  private int next;
  private boolean wrap = true;

  SyntheticPacked(SyntheticMemory memory, RingUse use, int index, int call) {
    super(memory, use, index, call, EVENT_AREA, EVENT_AREA);
  }

  @Override
  int base() {
    return BEGIN;
  }

  @Override
  void add(Shape shape, long buffer, int bytes, int flags) {
    int head = next;
    int first = bits() | flags;
    advance();
    switch (shape) {
      case ONE -> put(head, buffer, HEADER + bytes, head, first);
      case PAIR -> {
        put(next, buffer + HEADER, bytes, head, bits() | flags);
        advance();
        put(head, buffer, HEADER, head, first | NEXT);
      }
      case TABLE ->
          put(
              head,
              table(head, buffer, bytes, flags),
              2 * DESCRIPTOR,
              head,
              (first & ~WRITE) | INDIRECT);
    }
  }

  private int bits() {
    return wrap ? AVAILABLE : USED;
  }

  private void advance() {
    next++;
    if (next == size) {
      next = 0;
      wrap = !wrap;
    }
  }

  private void put(int slot, long address, int length, int id, int flags) {
    long host = memory.host(descriptors) + (long) DESCRIPTOR * slot;
    HostMemory.putLong(host, address);
    HostMemory.putLongRelease(
        host + 8, Integer.toUnsignedLong(length) | (long) id << 32 | (long) flags << 48);
  }

  @Override
  void show() {
    // Each chain was shown by its first descriptor's flags.
  }

  @Override
  void calls(boolean wanted) {
    HostMemory.putShort(memory.host(driverArea) + 2, wanted ? ENABLE : DISABLE);
  }
}
