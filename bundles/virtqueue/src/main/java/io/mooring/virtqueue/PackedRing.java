package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;

/**
 * The packed ring (virtio 1.3, section 2.8). A position counts slots over two laps, from 0 to twice
 * the size: the first lap is the one with wrap counter 1. So a position tells slot and wrap
 * counter, and distances are differences.
 */
final class PackedRing implements Ring {

  /** Descriptor flags that tell who has the descriptor (section 2.8.1). */
  private static final int AVAILABLE = 1 << 7;

  private static final int USED = 1 << 15;
  private static final int MARKS = AVAILABLE | USED;

  private static final int WRAP_SHIFT = 15;
  private static final int OFFSET = (1 << WRAP_SHIFT) - 1;

  private final QueueSetup setup;
  private final ChainReader reader;
  private final IndirectTables tables;
  private final PackedEvents events;
  private final int size;
  private final boolean inOrder;

  private long descriptors;
  private int nextAvailable;
  private int nextUsed;

  PackedRing(QueueSetup setup, ChainReader reader, IndirectTables tables) {
    this.setup = setup;
    this.reader = reader;
    this.tables = tables;
    size = setup.size();
    inOrder = RingFeature.IN_ORDER.in(setup.features());
    events = new PackedEvents(setup);
    int half = setup.base() & 0xffff;
    int other = setup.base() >>> 16;
    nextAvailable = position(half);
    nextUsed = other == 0 ? nextAvailable : position(other);
  }

  private int position(int half) {
    int slot = half & OFFSET;
    if (slot >= size) {
      throw new QueueException(
          "queue %d: base 0x%x names descriptor %d, the ring has %d"
              .formatted(setup.index(), setup.base(), slot, size));
    }
    return half >>> WRAP_SHIFT == 1 ? slot : slot + size;
  }

  private int half(int position) {
    return position < size ? position | 1 << WRAP_SHIFT : position - size;
  }

  @Override
  public boolean map(GuestView view) {
    descriptors =
        view.ring(
            "descriptor ring",
            setup.descriptors(),
            16,
            (long) ChainReader.DESCRIPTOR_BYTES * size,
            Iotlb.READ | Iotlb.WRITE);
    return events.map(view) && descriptors != MemoryTable.NONE;
  }

  @Override
  public void begin() {
    // Nothing in a packed ring tells where the device was; the base does.
  }

  private static long descriptor(long ringAddress, int slot) {
    return ringAddress + (long) ChainReader.DESCRIPTOR_BYTES * slot;
  }

  private long descriptor(int slot) {
    return descriptor(descriptors, slot);
  }

  /** The slot at a position. */
  int slot(int position) {
    return position < size ? position : position - size;
  }

  /** Where the next chain is taken from. */
  int position() {
    return nextAvailable;
  }

  /** The position so many slots, at most a lap, behind another. */
  int advance(int position, int slots) {
    int result = position + slots;
    return result >= 2 * size ? result - 2 * size : result;
  }

  /** Host address of the descriptor at a position. */
  long descriptorAt(int position) {
    return descriptor(slot(position));
  }

  /** Whether the driver offers a descriptor at a position. */
  boolean offersAt(int position) {
    return marked(HostMemory.getLongAcquire(descriptorAt(position) + 8), offered(position));
  }

  /** Whether there is a used entry at a position. */
  boolean usedAt(int position) {
    int marks = position < size ? MARKS : 0;
    return marked(HostMemory.getLongAcquire(descriptorAt(position) + 8), marks);
  }

  /** Goes on from other positions. */
  void moveTo(int available, int used) {
    nextAvailable = available;
    nextUsed = used;
  }

  /** What marks a descriptor as offered at a position. */
  private int offered(int position) {
    return position < size ? AVAILABLE : USED;
  }

  @Override
  public boolean available() {
    return offersAt(nextAvailable);
  }

  private static boolean marked(long tail, int mark) {
    return ((int) (tail >>> 48) & MARKS) == mark;
  }

  @Override
  public void gather(Chains chains, int most) {
    int slot = slot(nextAvailable);
    int mark = offered(nextAvailable);
    int left = size;
    while (chains.count < most && left > 0 && reader.more()) {
      long descriptor = descriptor(slot);
      // Acquire: the address, and the rest of a list, are read after the flags. Length, id and
      // flags come in one read, so that a guest that changes them is read once.
      long tail = HostMemory.getLongAcquire(descriptor + 8);
      if (!marked(tail, mark)) {
        return;
      }
      int flags = (int) (tail >>> 48);
      int slots = 1;
      if ((flags & (ChainReader.NEXT | ChainReader.INDIRECT)) == 0) {
        // Most are so, and this is a third faster than the general way.
        reader.add(
            chains, HostMemory.getLong(descriptor), (int) tail, (flags & ChainReader.WRITE) != 0);
        reader.end(chains, id(tail), 1);
      } else {
        slots = gatherChain(chains, descriptors, slot, tail, left);
      }
      left -= slots;
      slot += slots;
      if (slot >= size) {
        slot -= size;
        mark ^= MARKS;
      }
    }
  }

  /** Gathers a chain that begins at a slot of a ring like this one, within so many slots. */
  void gatherChain(Chains chains, long ringAddress, int slot, int left) {
    gatherChain(chains, ringAddress, slot, ChainReader.tail(descriptor(ringAddress, slot)), left);
  }

  private int gatherChain(Chains chains, long ringAddress, int first, long firstTail, int left) {
    int slot = first;
    long tail = firstTail;
    for (int slots = 1; slots <= left; slots++) {
      long address = HostMemory.getLong(descriptor(ringAddress, slot));
      int flags = (int) (tail >>> 48);
      boolean next = (flags & ChainReader.NEXT) != 0;
      if ((flags & ChainReader.INDIRECT) == 0) {
        reader.add(chains, address, (int) tail, (flags & ChainReader.WRITE) != 0);
      } else {
        // Only alone, unlike in a split ring.
        tables.add(chains, id(tail), address, (int) tail, next || slots > 1);
      }
      if (!next) {
        // The last has the id.
        reader.end(chains, id(tail), slots);
        return slots;
      }
      slot = slot + 1 == size ? 0 : slot + 1;
      tail = ChainReader.tail(descriptor(ringAddress, slot));
    }
    throw new QueueException(
        "queue %d: chain at descriptor %d is longer than the ring of %d"
            .formatted(setup.index(), first, size));
  }

  private static int id(long tail) {
    return (int) (tail >>> 32) & 0xffff;
  }

  @Override
  public void pass(Chains chains, int from, int to) {
    nextAvailable = ahead(nextAvailable, chains, from, to);
  }

  /** The position behind chains that are at most a lap. */
  private int ahead(int position, Chains chains, int from, int to) {
    int slots = 0;
    for (int i = from; i < to; i++) {
      slots += chains.slots[i];
    }
    return advance(position, slots);
  }

  @Override
  public boolean inOrder() {
    return inOrder;
  }

  @Override
  public void useEach(Chains chains, int from, int to) {
    int slot = slot(nextUsed);
    long marks = nextUsed < size ? MARKS : 0;
    long firstDescriptor = descriptor(slot);
    long firstTail = usedTail(chains, from, marks);
    for (int i = from + 1; i < to; i++) {
      slot += chains.slots[i - 1];
      if (slot >= size) {
        slot -= size;
        marks ^= MARKS;
      }
      HostMemory.putLong(descriptor(slot) + 8, usedTail(chains, i, marks));
    }
    nextUsed = ahead(nextUsed, chains, from, to);
    // Release: the driver, which looks at the first, sees what the device wrote and the others
    // before it.
    HostMemory.putLongRelease(firstDescriptor + 8, firstTail);
  }

  @Override
  public void useAsOne(Chains chains, int from, int to) {
    long descriptor = descriptor(slot(nextUsed));
    long tail = usedTail(chains, to - 1, nextUsed < size ? MARKS : 0);
    nextUsed = ahead(nextUsed, chains, from, to);
    HostMemory.putLongRelease(descriptor + 8, tail);
  }

  private static long usedTail(Chains chains, int chain, long marks) {
    int written = chains.written[chain];
    long flags = written > 0 ? marks | ChainReader.WRITE : marks;
    return written | (long) chains.head[chain] << 32 | flags << 48;
  }

  @Override
  public int used() {
    return nextUsed;
  }

  @Override
  public boolean calls(int usedBefore) {
    return events.calls(usedBefore, nextUsed);
  }

  @Override
  public void arm() {
    events.arm(half(nextAvailable));
  }

  @Override
  public void disarm() {
    events.disarm();
  }

  @Override
  public void logUsed(WriteLog log, int usedBefore) {
    int first = slot(usedBefore);
    int count = Math.floorMod(nextUsed - usedBefore, 2 * size);
    int toEnd = Math.min(count, size - first);
    log.host(descriptor(first), (long) ChainReader.DESCRIPTOR_BYTES * toEnd);
    log.host(descriptors, (long) ChainReader.DESCRIPTOR_BYTES * (count - toEnd));
  }

  @Override
  public void logWish(WriteLog log) {
    events.log(log);
  }

  @Override
  public int base() {
    return half(nextAvailable) | half(nextUsed) << 16;
  }
}
