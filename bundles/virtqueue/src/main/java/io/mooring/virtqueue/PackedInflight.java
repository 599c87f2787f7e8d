package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * QueueRegionPacked and DescStatePacked: an entry for each descriptor in flight, copied from the
 * ring, where used ones overwrite it. A chain's entries are linked, and it is named by the first.
 */
final class PackedInflight implements InflightPart {

  // QueueRegionPacked
  private static final int VERSION = 8;
  private static final int DESCRIPTORS = 10;
  private static final int FREE_HEAD = 12;
  private static final int OLD_FREE_HEAD = 14;

  /** used_idx, old_used_idx, used_wrap_counter, old_used_wrap_counter: written at once. */
  private static final int POSITIONS = 16;

  private static final int ENTRIES = 32;

  // DescStatePacked
  private static final int INFLIGHT = 0;
  private static final int NEXT = 2;
  private static final int LAST = 4;
  private static final int NUMBER = 6;
  private static final int COUNTER = 8;

  /** id and flags, in the order that they have in a descriptor. */
  private static final int ID_AND_FLAGS = 16;

  private static final int LENGTH = 20;
  private static final int ADDRESS = 24;
  private static final int ENTRY_BYTES = 32;

  private final QueueSetup setup;
  private final PackedRing ring;
  private final int size;
  private final int entries;
  private final long at;

  /** The last entry of each chain in flight, by its first. */
  private final int[] last;

  /** The chains that a former back-end left, in the form of a ring. */
  private final MemorySegment saved;

  /** Where each of them begins there, by its first entry. */
  private final int[] savedSlot;

  private int freeHead;
  private int nextTaken;
  private long counter;

  PackedInflight(QueueSetup setup, PackedRing ring) {
    this.setup = setup;
    this.ring = ring;
    size = setup.size();
    entries = setup.inflight().entries();
    at = setup.inflight().address();
    last = new int[entries];
    savedSlot = new int[entries];
    saved = Arena.ofAuto().allocate((long) ChainReader.DESCRIPTOR_BYTES * size, 16);
  }

  private long entry(int index) {
    return at + ENTRIES + (long) ENTRY_BYTES * index;
  }

  @Override
  public int[] recover() {
    if (InflightPart.isNew(setup, HostMemory.getUnsignedShort(at + VERSION))) {
      return startAnew();
    }
    long positions = HostMemory.getLong(at + POSITIONS);
    int used = position((int) positions & 0xffff, (int) (positions >>> 32) & 0xff);
    int old = position((int) positions >>> 16, (int) (positions >>> 40) & 0xff);
    if (used != old && !ring.offersAt(old)) {
      // Killed after the driver could see it used and before all of it was noted.
      HostMemory.putShort(at + OLD_FREE_HEAD, HostMemory.getUnsignedShort(at + FREE_HEAD));
      old = used;
    }
    freeHead = HostMemory.getUnsignedShort(at + OLD_FREE_HEAD);
    HostMemory.putShortRelease(at + FREE_HEAD, freeHead);
    putPositions(old, old);
    boolean[] free = clearFree();
    var order = new InflightOrder(entries);
    for (int i = 0; i < entries; i++) {
      if (!free[i] && HostMemory.getByte(entry(i) + INFLIGHT) != 0) {
        order.add(i, HostMemory.getLong(entry(i) + COUNTER));
      }
    }
    counter = order.next();
    return resume(order.entries(), old);
  }

  private int position(int slot, int wrap) {
    if (slot >= size) {
      throw InflightPart.broken(setup, "used index", slot, size);
    }
    return wrap != 0 ? slot : slot + size;
  }

  private void putPositions(int used, int old) {
    HostMemory.putLongRelease(
        at + POSITIONS,
        ring.slot(used)
            | (long) ring.slot(old) << 16
            | (used < size ? 1L << 32 : 0)
            | (old < size ? 1L << 40 : 0));
  }

  /** What is in the free list is not in flight, though it may say so. */
  private boolean[] clearFree() {
    boolean[] free = new boolean[entries];
    int each = freeHead;
    while (each < entries && !free[each]) {
      free[each] = true;
      HostMemory.putByte(entry(each) + INFLIGHT, (byte) 0);
      each = HostMemory.getUnsignedShort(entry(each) + NEXT);
    }
    return free;
  }

  private int[] resume(int[] chains, int used) {
    int slots = 0;
    for (int chain : chains) {
      slots = save(chain, slots);
    }
    if (!ringHas(used, slots)) {
      ring.moveTo(ring.advance(used, slots), used);
      return chains;
    }
    // Used in order so far: the ring itself still has them, but for used entries behind one that
    // was never written, which the driver has not seen.
    for (int i = 0; i < slots; i++) {
      long descriptor = ring.descriptorAt(ring.advance(used, i));
      HostMemory.putLong(descriptor + 8, ChainReader.tail(savedDescriptor(i)));
    }
    for (int i = chains.length - 1; i >= 0; i--) {
      giveBack(chains[i]);
    }
    ring.moveTo(used, used);
    return new int[0];
  }

  /** Whether the ring has the saved descriptors from a position on, whole or with used entries. */
  private boolean ringHas(int position, int slots) {
    for (int i = 0; i < slots; i++) {
      long copy = savedDescriptor(i);
      int at = ring.advance(position, i);
      long descriptor = ring.descriptorAt(at);
      boolean same = ChainReader.tail(copy) == ChainReader.tail(descriptor);
      if (HostMemory.getLong(copy) != HostMemory.getLong(descriptor)
          || (!same && (i == 0 || !ring.usedAt(at)))) {
        return false;
      }
    }
    return true;
  }

  /** Copies a chain's descriptors to a slot and those after it, and returns the next one. */
  private int save(int chain, int slot) {
    int count = HostMemory.getUnsignedShort(entry(chain) + NUMBER);
    if (count == 0) {
      throw new QueueException(
          "queue %d: inflight region has a chain without descriptors, entry %d"
              .formatted(setup.index(), chain));
    }
    if (count > size - slot) {
      throw InflightPart.broken(setup, "descriptors", slot + count, size + 1L);
    }
    savedSlot[chain] = slot;
    int each = chain;
    for (int i = 0; i < count; i++) {
      if (each >= entries) {
        throw InflightPart.broken(setup, "entry", each, entries);
      }
      long from = entry(each);
      long to = savedDescriptor(slot + i);
      HostMemory.putLong(to, HostMemory.getLong(from + ADDRESS));
      HostMemory.putInt(to + 8, HostMemory.getInt(from + LENGTH));
      HostMemory.putInt(to + 12, HostMemory.getInt(from + ID_AND_FLAGS));
      last[chain] = each;
      each = HostMemory.getUnsignedShort(from + NEXT);
    }
    return slot + count;
  }

  private long savedDescriptor(int slot) {
    return saved.address() + (long) ChainReader.DESCRIPTOR_BYTES * slot;
  }

  private int[] startAnew() {
    for (int i = 0; i < entries; i++) {
      HostMemory.putByte(entry(i) + INFLIGHT, (byte) 0);
      HostMemory.putShort(entry(i) + NEXT, i + 1);
    }
    freeHead = 0;
    HostMemory.putShort(at + DESCRIPTORS, entries);
    HostMemory.putShort(at + FREE_HEAD, freeHead);
    HostMemory.putShort(at + OLD_FREE_HEAD, freeHead);
    putPositions(ring.used(), ring.used());
    HostMemory.putShortRelease(at + VERSION, InflightPart.CURRENT_VERSION);
    return new int[0];
  }

  @Override
  public void gather(Chains chains, int entry) {
    ring.gatherChain(chains, saved.address(), savedSlot[entry], size - savedSlot[entry]);
  }

  @Override
  public void beginTaking() {
    nextTaken = ring.position();
  }

  @Override
  public int take(Chains chains, int chain) {
    int first = freeHead;
    int each = first;
    for (int i = 0; i < chains.slots[chain]; i++) {
      each = freeHead;
      if (each >= entries) {
        throw InflightPart.broken(setup, "free entry", each, entries);
      }
      long from = ring.descriptorAt(ring.advance(nextTaken, i));
      long tail = ChainReader.tail(from);
      HostMemory.putLong(entry(each) + ADDRESS, HostMemory.getLong(from));
      HostMemory.putInt(entry(each) + LENGTH, (int) tail);
      HostMemory.putInt(entry(each) + ID_AND_FLAGS, (int) (tail >>> 32));
      freeHead = HostMemory.getUnsignedShort(entry(each) + NEXT);
    }
    nextTaken = ring.advance(nextTaken, chains.slots[chain]);
    last[first] = each;
    HostMemory.putShort(entry(first) + LAST, each);
    HostMemory.putShort(entry(first) + NUMBER, chains.slots[chain]);
    HostMemory.putLong(entry(first) + COUNTER, counter++);
    HostMemory.putByte(entry(first) + INFLIGHT, (byte) 1);
    HostMemory.putShort(at + FREE_HEAD, freeHead);
    // From here on it is in flight: it is not in the free list any more.
    HostMemory.putShortRelease(at + OLD_FREE_HEAD, freeHead);
    return first;
  }

  @Override
  public void use(Chains chains, int[] taken, int from, int to) {
    int old = ring.used();
    int slots = 0;
    for (int i = from; i < to; i++) {
      free(taken[i]);
      slots += chains.slots[i];
    }
    putPositions(ring.advance(old, slots), old);
    ring.use(chains, from, to);
    VarHandle.releaseFence();
    for (int i = from; i < to; i++) {
      HostMemory.putByte(entry(taken[i]) + INFLIGHT, (byte) 0);
    }
    HostMemory.putShortRelease(at + OLD_FREE_HEAD, freeHead);
    putPositions(ring.used(), ring.used());
  }

  private void free(int first) {
    HostMemory.putShort(entry(last[first]) + NEXT, freeHead);
    freeHead = first;
    HostMemory.putShortRelease(at + FREE_HEAD, freeHead);
  }

  @Override
  public void giveBack(int first) {
    free(first);
    HostMemory.putShortRelease(at + OLD_FREE_HEAD, freeHead);
    VarHandle.releaseFence();
    HostMemory.putByte(entry(first) + INFLIGHT, (byte) 0);
  }
}
