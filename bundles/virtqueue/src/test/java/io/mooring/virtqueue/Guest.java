package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Inflight;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/**
 * A guest with two regions of memory, adjacent for the guest and not in this process, and room for
 * one ring of any format and size in the first.
 */
final class Guest implements AutoCloseable {

  static final long GUEST = 0x4000_0000L;
  static final long USER = 0x7f00_0000_0000L;
  static final long REGION = 2 << 20;

  /** Parts of the ring, from the start of memory on. */
  static final long DESCRIPTORS = 0;

  static final long AVAILABLE = 0x8_0000;
  static final long USED = 0xa_0000;

  /** Memory that no ring is in begins here. */
  static final long BUFFERS = GUEST + 0x10_0000;

  static final long END = GUEST + 2 * REGION;

  static final int NEXT = 1;
  static final int WRITE = 2;
  static final int INDIRECT = 4;

  final int size;
  final long features;
  final Os os;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;
  private MemoryTable table;
  private Optional<Iommu> iommu = Optional.empty();
  private Inflight inflight = Inflight.NONE;
  private long usedLog = QueueSetup.NO_LOG;
  private int calls;

  Guest(int size, RingFeature... acknowledged) {
    this.size = size;
    long bits = RingFeature.VERSION_1.mask();
    for (RingFeature each : acknowledged) {
      bits |= each.mask();
    }
    features = bits;
    os = callsOnly();
    // In one piece, but in the opposite order of the guest's.
    memory = arena.allocate(2 * REGION, 4096);
    table = new MemoryTable(List.of(region(0), region(1)));
  }

  /** The system calls as far as a queue makes them: it calls the driver. */
  private Os callsOnly() {
    Class<?>[] types = {Os.class};
    return (Os)
        Proxy.newProxyInstance(
            Os.class.getClassLoader(),
            types,
            (proxy, method, arguments) -> {
              if (!method.getName().equals("signal")) {
                throw new UnsupportedOperationException(method.getName());
              }
              calls++;
              return true;
            });
  }

  private MappedRegion region(int index) {
    MemorySegment part = memory.asSlice((1 - index) * REGION, REGION);
    return new MappedRegion(
        new Region(GUEST + index * REGION, REGION, USER + index * REGION, 0),
        part,
        part.address(),
        -1);
  }

  MemoryTable table() {
    return table;
  }

  /** Memory changes for the queues that are opened from now on. */
  void table(MemoryTable replacement) {
    table = replacement;
  }

  /** Puts an IOMMU before the device: ring addresses become IOVAs, as do those of buffers. */
  void translate(Iommu replacement) {
    iommu = Optional.of(replacement);
  }

  Virtqueue open() {
    return open(RingFeature.RING_PACKED.in(features) ? PackedSlots.BASE : 0);
  }

  Virtqueue open(int base) {
    return engine().open(setup(base), table);
  }

  VirtqueueEngine engine() {
    return new RingEngine(os);
  }

  QueueSetup setup(int base) {
    return new QueueSetup(
        3,
        size,
        ring(DESCRIPTORS),
        ring(AVAILABLE),
        ring(USED),
        usedLog,
        base,
        features,
        0,
        inflight);
  }

  private long ring(long part) {
    return iommu.isPresent() ? GUEST + part : USER + part;
  }

  /** The front-end wants writes to the used ring logged from now on. */
  void logUsedRing() {
    usedLog = GUEST + USED;
  }

  /** Shares an inflight region with the queues that are opened from now on. */
  void track(int entries) {
    MemorySegment region = arena.allocate(Inflight.bytes(features, entries), 64);
    inflight = new Inflight(region.address(), entries);
  }

  Inflight inflight() {
    return inflight;
  }

  /** Host address behind an address that the guest gives to the device. */
  long host(long deviceAddress) {
    return hostOfPhysical(physical(deviceAddress));
  }

  /** Guest address (GPA) behind an address that the guest gives to the device. */
  long physical(long deviceAddress) {
    return iommu.map(each -> each.physical(deviceAddress)).orElse(deviceAddress);
  }

  /** Guest address (GPA) behind a host address of this guest's memory. */
  long physicalOfHost(long host) {
    long offset = host - memory.address();
    return GUEST + (1 - offset / REGION) * REGION + offset % REGION;
  }

  private long hostOfPhysical(long address) {
    long offset = address - GUEST;
    return memory.address() + (1 - offset / REGION) * REGION + offset % REGION;
  }

  /** Whether a host address range is this guest's memory. */
  boolean holds(long address, long length) {
    return address >= memory.address() && address + length <= memory.address() + 2 * REGION;
  }

  /** A descriptor of the split form. */
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

  /** Whether the driver was called since it was last asked. */
  boolean called() {
    boolean any = calls > 0;
    calls = 0;
    return any;
  }

  @Override
  public void close() {
    arena.close();
  }
}
