package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A guest with two regions of memory and one split ring that it writes as it likes, also against
 * every rule. Both regions are adjacent for the guest and apart in this process.
 */
final class Guest implements AutoCloseable {

  static final long GUEST = 0x4000_0000L;
  static final long USER = 0x7f00_0000_0000L;
  static final long REGION = 1 << 20;
  static final int NEXT = 1;
  static final int WRITE = 2;
  static final int INDIRECT = 4;

  private static final long DESCRIPTORS = 0;
  private static final long AVAILABLE = 0x4_0000;
  private static final long USED = 0x8_0000;

  final Os os = new LinuxOs();
  final int call;
  final int size;
  final long features;
  final MemoryTable table;

  private final Arena arena = Arena.ofConfined();
  private final long[] host = new long[2];

  Guest(int size, RingFeature... acknowledged) {
    this.size = size;
    long bits = RingFeature.VERSION_1.mask();
    for (RingFeature each : acknowledged) {
      bits |= each.mask();
    }
    features = bits;
    try {
      call = os.eventfd();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    table = new MemoryTable(List.of(region(0), region(1)));
  }

  private MappedRegion region(int index) {
    MemorySegment memory = arena.allocate(REGION + 4096 * (1L + index), 4096);
    host[index] = memory.address();
    return new MappedRegion(
        new Region(GUEST + index * REGION, REGION, USER + index * REGION, 0),
        memory,
        memory.address(),
        -1);
  }

  Virtqueue open() {
    return new RingEngine(os).open(setup(0), table);
  }

  QueueSetup setup(int base) {
    return new QueueSetup(
        3, size, USER + DESCRIPTORS, USER + AVAILABLE, USER + USED, base, features, call);
  }

  long host(long guestAddress) {
    long offset = guestAddress - GUEST;
    return host[(int) (offset / REGION)] + offset % REGION;
  }

  void descriptor(int index, long address, int length, int flags, int next) {
    descriptorAt(GUEST + DESCRIPTORS + 16L * index, address, length, flags, next);
  }

  void descriptorAt(long where, long address, int length, int flags, int next) {
    long at = host(where);
    HostMemory.putLong(at, address);
    HostMemory.putInt(at + 8, length);
    HostMemory.putShort(at + 12, flags);
    HostMemory.putShort(at + 14, next);
  }

  void offer(int position, int head) {
    HostMemory.putShort(host(GUEST + AVAILABLE + 4 + 2L * (position % size)), head);
    availableIndex(position + 1);
  }

  void availableIndex(int index) {
    HostMemory.putShortRelease(host(GUEST + AVAILABLE + 2), index);
  }

  void usedEvent(int index) {
    HostMemory.putShort(host(GUEST + AVAILABLE + 4 + 2L * size), index);
  }

  void interruptFlag(int flag) {
    HostMemory.putShort(host(GUEST + AVAILABLE), flag);
  }

  int availableEvent() {
    return HostMemory.getUnsignedShort(host(GUEST + USED + 4 + 8L * size));
  }

  int notifyFlag() {
    return HostMemory.getUnsignedShort(host(GUEST + USED));
  }

  int usedIndex() {
    return HostMemory.getUnsignedShortAcquire(host(GUEST + USED + 2));
  }

  int usedHead(int position) {
    return HostMemory.getInt(host(GUEST + USED + 4 + 8L * (position % size)));
  }

  int usedLength(int position) {
    return HostMemory.getInt(host(GUEST + USED + 8 + 8L * (position % size)));
  }

  boolean called() {
    return os.drain(call);
  }

  @Override
  public void close() {
    os.close(call);
    arena.close();
  }
}
