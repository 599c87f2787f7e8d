package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;

/** The split ring (virtio 1.3, section 2.7). */
final class SplitRing implements Ring {

  private static final int RING_HEADER = 4;
  private static final int AVAILABLE_ENTRY = 2;
  private static final int USED_ENTRY = 8;
  private static final int EVENT = 2;
  private static final int INDEX = 2;
  private static final int NO_INTERRUPT = 1;
  private static final int NO_NOTIFY = 1;

  private final QueueSetup setup;
  private final ChainReader reader;
  private final IndirectTables tables;
  private final int mask;
  private final boolean eventIndex;
  private final boolean inOrder;

  private long descriptors;
  private long available;
  private long used;
  private boolean translated;
  private int nextAvailable;
  private int nextUsed;

  SplitRing(QueueSetup setup, ChainReader reader, IndirectTables tables) {
    this.setup = setup;
    this.reader = reader;
    this.tables = tables;
    mask = setup.size() - 1;
    inOrder = RingFeature.IN_ORDER.in(setup.features());
    eventIndex = RingFeature.EVENT_IDX.in(setup.features());
    nextAvailable = setup.base() & 0xffff;
  }

  @Override
  public boolean map(GuestView view) {
    int event = eventIndex ? EVENT : 0;
    long size = setup.size();
    descriptors =
        view.ring(
            "descriptor table",
            setup.descriptors(),
            16,
            ChainReader.DESCRIPTOR_BYTES * size,
            Iotlb.READ);
    available =
        view.ring(
            "available ring",
            setup.available(),
            2,
            RING_HEADER + AVAILABLE_ENTRY * size + event,
            Iotlb.READ);
    used =
        view.ring(
            "used ring", setup.used(), 4, RING_HEADER + USED_ENTRY * size + event, Iotlb.WRITE);
    translated = view.table().translated();
    return descriptors != MemoryTable.NONE
        && available != MemoryTable.NONE
        && used != MemoryTable.NONE;
  }

  @Override
  public void begin() {
    nextUsed = HostMemory.getUnsignedShortAcquire(used + INDEX);
  }

  @Override
  public boolean available() {
    return HostMemory.getUnsignedShortAcquire(available + INDEX) != nextAvailable;
  }

  @Override
  public void gather(Chains chains, int most) {
    // Acquire: the descriptors behind the index are read after it.
    int ready = offeredSince(nextAvailable);
    if (ready > setup.size()) {
      throw new QueueException(
          "queue %d: available index is %d ahead, the ring has %d"
              .formatted(setup.index(), ready, setup.size()));
    }
    int wanted = Math.min(ready, most - chains.count);
    int i = 0;
    for (; i < wanted && reader.more(); i++) {
      gatherChain(chains, headAt(nextAvailable + i));
    }
    if (reader.waiting()) {
      lookAhead(chains, i, ready);
    }
  }

  private void lookAhead(Chains chains, int from, int to) {
    for (int i = from; i < to && reader.more(); i++) {
      gatherChain(chains, headAt(nextAvailable + i));
    }
  }

  /** How many chains the driver has offered that were not used when the index was {@code used}. */
  int offeredSince(int used) {
    return (HostMemory.getUnsignedShortAcquire(available + INDEX) - used) & 0xffff;
  }

  /** The head that the driver offers at an index. */
  int headAt(int index) {
    return HostMemory.getUnsignedShort(
        available + RING_HEADER + (long) AVAILABLE_ENTRY * (index & mask));
  }

  /** Takes the next chain from another index. */
  void moveTo(int index) {
    nextAvailable = index & 0xffff;
  }

  /** Gathers a chain by its head. */
  void gatherChain(Chains chains, int head) {
    int next = head;
    for (int left = setup.size(); left > 0; left--) {
      if (next > mask) {
        throw new QueueException(
            "queue %d: descriptor index %d, the ring has %d"
                .formatted(setup.index(), next, setup.size()));
      }
      long descriptor = descriptors + (long) ChainReader.DESCRIPTOR_BYTES * next;
      long address = HostMemory.getLong(descriptor);
      long tail = ChainReader.tail(descriptor);
      int flags = (int) (tail >>> 32) & 0xffff;
      if ((flags & ChainReader.INDIRECT) != 0) {
        tables.add(chains, head, address, (int) tail, (flags & ChainReader.NEXT) != 0);
        reader.end(chains, head, 1);
        return;
      }
      reader.add(chains, address, (int) tail, (flags & ChainReader.WRITE) != 0);
      if ((flags & ChainReader.NEXT) == 0) {
        reader.end(chains, head, 1);
        return;
      }
      next = (int) (tail >>> 48);
    }
    throw new QueueException(
        "queue %d: chain %d is longer than the ring of %d"
            .formatted(setup.index(), head, setup.size()));
  }

  @Override
  public void pass(Chains chains, int from, int to) {
    nextAvailable = (nextAvailable + to - from) & 0xffff;
  }

  @Override
  public boolean inOrder() {
    return inOrder;
  }

  @Override
  public void useEach(Chains chains, int from, int to) {
    int entry = nextUsed - from;
    for (int i = from; i < to; i++) {
      putUsed(entry + i, chains, i);
    }
    moveUsed(to - from);
  }

  @Override
  public void useAsOne(Chains chains, int from, int to) {
    putUsed(nextUsed, chains, to - 1);
    moveUsed(to - from);
  }

  private void putUsed(int entry, Chains chains, int chain) {
    HostMemory.putLong(
        used + RING_HEADER + (long) USED_ENTRY * (entry & mask),
        Integer.toUnsignedLong(chains.head[chain]) | ((long) chains.written[chain] << 32));
  }

  private void moveUsed(int count) {
    nextUsed = (nextUsed + count) & 0xffff;
    // Release: the driver sees the entries, and what the device wrote, before the index.
    HostMemory.putShortRelease(used + INDEX, nextUsed);
  }

  @Override
  public int used() {
    return nextUsed;
  }

  @Override
  public boolean calls(int usedBefore) {
    if (!eventIndex) {
      return (HostMemory.getUnsignedShort(available) & NO_INTERRUPT) == 0;
    }
    int event =
        HostMemory.getUnsignedShort(
            available + RING_HEADER + (long) AVAILABLE_ENTRY * setup.size());
    return ((nextUsed - event - 1) & 0xffff) < ((nextUsed - usedBefore) & 0xffff);
  }

  @Override
  public void arm() {
    if (eventIndex) {
      HostMemory.putShort(used + RING_HEADER + (long) USED_ENTRY * setup.size(), nextAvailable);
    } else {
      HostMemory.putShort(used, 0);
    }
  }

  @Override
  public void disarm() {
    // With event indices an old event stays behind, and the driver does not kick until it is passed
    // again.
    if (!eventIndex) {
      HostMemory.putShort(used, NO_NOTIFY);
    }
  }

  @Override
  public void logUsed(WriteLog log, int usedBefore) {
    int first = usedBefore & mask;
    int count = (nextUsed - usedBefore) & 0xffff;
    int toEnd = Math.min(count, setup.size() - first);
    mark(log, RING_HEADER + (long) USED_ENTRY * first, (long) USED_ENTRY * toEnd);
    mark(log, 0, RING_HEADER + (long) USED_ENTRY * (count - toEnd));
  }

  @Override
  public void logWish(WriteLog log) {
    if (eventIndex) {
      mark(log, RING_HEADER + (long) USED_ENTRY * setup.size(), EVENT);
    } else {
      mark(log, 0, RING_HEADER);
    }
  }

  /**
   * Marks a part of the used ring where the front-end said. With an IOMMU it said an IOVA, which
   * helps nobody: then where it is, which may be in several regions.
   */
  private void mark(WriteLog log, long offset, long length) {
    if (translated) {
      log.host(used + offset, length);
    } else {
      log.guest(setup.usedLog() + offset, length);
    }
  }

  @Override
  public int base() {
    return nextAvailable;
  }
}
