package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import java.lang.invoke.VarHandle;

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

  /** Event suppression (section 2.8.10): an offset with its wrap counter, then flags. */
  private static final int EVENT_BYTES = 4;

  private static final int EVENT_FLAGS_SHIFT = 16;
  private static final int EVENT_FLAGS = 3;
  private static final int EVENT_DISABLE = 1;
  private static final int EVENT_AT_DESCRIPTOR = 2;
  private static final int WRAP_SHIFT = 15;
  private static final int OFFSET = (1 << WRAP_SHIFT) - 1;

  private final QueueSetup setup;
  private final ChainReader reader;
  private final IndirectTables tables;
  private final int size;
  private final boolean eventIndex;

  private long descriptors;
  private long driverEvent;
  private long deviceEvent;
  private int nextAvailable;
  private int nextUsed;

  PackedRing(QueueSetup setup, ChainReader reader, IndirectTables tables) {
    this.setup = setup;
    this.reader = reader;
    this.tables = tables;
    size = setup.size();
    eventIndex = RingFeature.EVENT_IDX.in(setup.features());
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
    driverEvent = view.ring("driver event area", setup.available(), 4, EVENT_BYTES, Iotlb.READ);
    deviceEvent = view.ring("device event area", setup.used(), 4, EVENT_BYTES, Iotlb.WRITE);
    return descriptors != MemoryTable.NONE
        && driverEvent != MemoryTable.NONE
        && deviceEvent != MemoryTable.NONE;
  }

  @Override
  public void begin() {
    // Nothing in a packed ring tells where the device was; the base does.
  }

  private long descriptor(int slot) {
    return descriptors + (long) ChainReader.DESCRIPTOR_BYTES * slot;
  }

  private int slot(int position) {
    return position < size ? position : position - size;
  }

  /** What marks a descriptor as offered at a position. */
  private int offered(int position) {
    return position < size ? AVAILABLE : USED;
  }

  @Override
  public boolean available() {
    return isOffered(
        HostMemory.getLongAcquire(descriptor(slot(nextAvailable)) + 8), offered(nextAvailable));
  }

  private static boolean isOffered(long tail, int mark) {
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
      if (!isOffered(tail, mark)) {
        return;
      }
      int flags = (int) (tail >>> 48);
      int slots = 1;
      if ((flags & (ChainReader.NEXT | ChainReader.INDIRECT)) == 0) {
        reader.add(
            chains, HostMemory.getLong(descriptor), (int) tail, (flags & ChainReader.WRITE) != 0);
        reader.end(chains, (int) (tail >>> 32) & 0xffff, 1);
      } else if ((flags & ChainReader.INDIRECT) != 0) {
        gatherIndirect(chains, descriptor, tail);
      } else {
        slots = gatherList(chains, slot, tail, left);
      }
      left -= slots;
      slot += slots;
      if (slot >= size) {
        slot -= size;
        mark ^= MARKS;
      }
    }
  }

  private void gatherIndirect(Chains chains, long descriptor, long tail) {
    int id = (int) (tail >>> 32) & 0xffff;
    int flags = (int) (tail >>> 48);
    tables.add(
        chains, id, HostMemory.getLong(descriptor), (int) tail, (flags & ChainReader.NEXT) != 0);
    reader.end(chains, id, 1);
  }

  /** A list over several slots; its id is in the last. */
  private int gatherList(Chains chains, int first, long firstTail, int left) {
    int slot = first;
    long tail = firstTail;
    for (int slots = 1; slots <= left; slots++) {
      int flags = (int) (tail >>> 48);
      if ((flags & ChainReader.INDIRECT) != 0) {
        throw new QueueException(
            "queue %d: descriptor %d has an indirect table in a list of descriptors"
                .formatted(setup.index(), slot));
      }
      reader.add(
          chains,
          HostMemory.getLong(descriptor(slot)),
          (int) tail,
          (flags & ChainReader.WRITE) != 0);
      if ((flags & ChainReader.NEXT) == 0) {
        reader.end(chains, (int) (tail >>> 32) & 0xffff, slots);
        return slots;
      }
      slot = slot + 1 == size ? 0 : slot + 1;
      tail = ChainReader.tail(descriptor(slot));
    }
    throw new QueueException(
        "queue %d: chain at descriptor %d is longer than the ring of %d"
            .formatted(setup.index(), first, size));
  }

  @Override
  public void pass(Chains chains, int from, int to) {
    nextAvailable = ahead(nextAvailable, chains, from, to);
  }

  /** The position behind chains that are written from a position on. */
  private int ahead(int position, Chains chains, int from, int to) {
    int result = position;
    for (int i = from; i < to; i++) {
      result += chains.slots[i];
    }
    // Chains of one burst take at most a lap.
    return result >= 2 * size ? result - 2 * size : result;
  }

  @Override
  public void use(Chains chains, int from, int to) {
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
    // The driver writes its wish and then reads the flags; we wrote the flags and now read its
    // wish, all of it at once.
    VarHandle.fullFence();
    int event = HostMemory.getInt(driverEvent);
    int flags = event >>> EVENT_FLAGS_SHIFT & EVENT_FLAGS;
    if (flags != EVENT_AT_DESCRIPTOR || !eventIndex) {
      return flags != EVENT_DISABLE;
    }
    int wanted = (event & OFFSET) + ((event >>> WRAP_SHIFT & 1) == 1 ? 0 : size);
    return Math.floorMod(wanted - usedBefore, 2 * size)
        < Math.floorMod(nextUsed - usedBefore, 2 * size);
  }

  @Override
  public void arm() {
    HostMemory.putInt(
        deviceEvent,
        eventIndex ? half(nextAvailable) | EVENT_AT_DESCRIPTOR << EVENT_FLAGS_SHIFT : 0);
  }

  @Override
  public void disarm() {
    HostMemory.putInt(deviceEvent, EVENT_DISABLE << EVENT_FLAGS_SHIFT);
  }

  @Override
  public int base() {
    return half(nextAvailable) | half(nextUsed) << 16;
  }
}
