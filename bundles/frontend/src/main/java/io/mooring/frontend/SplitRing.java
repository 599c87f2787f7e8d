package io.mooring.frontend;

import static io.mooring.api.memory.HostMemory.getInt;
import static io.mooring.api.memory.HostMemory.getUnsignedShort;
import static io.mooring.api.memory.HostMemory.getUnsignedShortAcquire;
import static io.mooring.api.memory.HostMemory.putInt;
import static io.mooring.api.memory.HostMemory.putLong;
import static io.mooring.api.memory.HostMemory.putShort;
import static io.mooring.api.memory.HostMemory.putShortRelease;

/**
 * The memory of a split ring (virtio 1.3, section 2.7): where its three areas are, and access to
 * each field. Nothing is checked, so that tests can write what no driver would.
 */
public final class SplitRing {

  /** Descriptor flag: the chain goes on at {@code next}. */
  public static final int NEXT = 1;

  /** Descriptor flag: the device writes it. */
  public static final int WRITE = 2;

  /** Descriptor flag: it points to a table of descriptors. */
  public static final int INDIRECT = 4;

  /** Bytes of one descriptor. */
  public static final int DESCRIPTOR_BYTES = 16;

  /** Flag of the available ring: the driver wants no calls. */
  public static final int NO_INTERRUPT = 1;

  /** Flag of the used ring: the device wants no kicks. */
  public static final int NO_NOTIFY = 1;

  private static final int RING_HEADER = 4;
  private static final int INDEX = 2;
  private static final int USED_ELEMENT = 8;
  private static final int LEGACY_ALIGN = 4096;

  private final GuestRam ram;
  private final int size;
  private final long descriptors;
  private final long available;
  private final long used;
  private final long descriptorsHost;
  private final long availableHost;
  private final long usedHost;

  private SplitRing(GuestRam ram, int size, long descriptors, long available, long used) {
    this.ram = ram;
    this.size = size;
    this.descriptors = descriptors;
    this.available = available;
    this.used = used;
    descriptorsHost = ram.host(descriptors, descriptorBytes(size));
    availableHost = ram.host(available, availableBytes(size));
    usedHost = ram.host(used, usedBytes(size));
  }

  /** Three areas that need not be neighbours (VERSION_1). */
  public static SplitRing modern(GuestRam ram, int size) {
    return new SplitRing(
        ram,
        size,
        ram.allocate(descriptorBytes(size), DESCRIPTOR_BYTES),
        ram.allocate(availableBytes(size), 2),
        ram.allocate(usedBytes(size), 4));
  }

  /** One range of pages, the used ring at a page of its own (virtio 1.3, section 2.7.2). */
  public static SplitRing legacy(GuestRam ram, int size) {
    long driver = descriptorBytes(size) + availableBytes(size);
    long usedOffset = (driver + LEGACY_ALIGN - 1) & -LEGACY_ALIGN;
    long start = ram.allocatePages(usedOffset + usedBytes(size));
    return new SplitRing(ram, size, start, start + descriptorBytes(size), start + usedOffset);
  }

  private static long descriptorBytes(int size) {
    return (long) size * DESCRIPTOR_BYTES;
  }

  private static long availableBytes(int size) {
    return RING_HEADER + 2L * size + 2;
  }

  private static long usedBytes(int size) {
    return RING_HEADER + (long) USED_ELEMENT * size + 2;
  }

  /** Size in descriptors. */
  public int size() {
    return size;
  }

  /** Guest address of the descriptor table. */
  public long descriptors() {
    return descriptors;
  }

  /** Guest address of the available ring. */
  public long available() {
    return available;
  }

  /** Guest address of the used ring. */
  public long used() {
    return used;
  }

  /** Fills one descriptor of the ring's own table. */
  public void descriptor(int index, long address, int length, int flags, int next) {
    put(descriptorsHost + (long) index * DESCRIPTOR_BYTES, address, length, flags, next);
  }

  /** Fills one descriptor of any table in guest memory. */
  public void tableEntry(long table, int index, long address, int length, int flags, int next) {
    long guest = table + (long) index * DESCRIPTOR_BYTES;
    put(ram.host(guest, DESCRIPTOR_BYTES), address, length, flags, next);
  }

  private static void put(long host, long address, int length, int flags, int next) {
    putLong(host, address);
    putInt(host + 8, length);
    putShort(host + 12, flags);
    putShort(host + 14, next);
  }

  /** Sets the available ring's flags. */
  public void availableFlags(int flags) {
    putShort(availableHost, flags);
  }

  /** Publishes the available ring's index: all that was written before is seen before it. */
  public void availableIndex(int index) {
    putShortRelease(availableHost + INDEX, index);
  }

  /** The available ring's index as it stands. */
  public int availableIndex() {
    return getUnsignedShort(availableHost + INDEX);
  }

  /** Sets one slot of the available ring. */
  public void availableEntry(int slot, int head) {
    putShort(availableHost + RING_HEADER + 2L * slot, head);
  }

  /** Sets where the driver wants to be called (EVENT_IDX). */
  public void usedEvent(int index) {
    putShort(availableHost + RING_HEADER + 2L * size, index);
  }

  /** The used ring's flags. */
  public int usedFlags() {
    return getUnsignedShort(usedHost);
  }

  /** The used ring's index: what the device wrote before it is seen after this. */
  public int usedIndex() {
    return getUnsignedShortAcquire(usedHost + INDEX);
  }

  /** The head of the chain in one slot of the used ring. */
  public int usedHead(int slot) {
    return getInt(usedHost + RING_HEADER + (long) USED_ELEMENT * slot);
  }

  /** The bytes written of the chain in one slot of the used ring. */
  public int usedLength(int slot) {
    return getInt(usedHost + RING_HEADER + (long) USED_ELEMENT * slot + 4);
  }

  /** Where the device wants to be kicked (EVENT_IDX). */
  public int availableEvent() {
    return getUnsignedShort(usedHost + RING_HEADER + (long) USED_ELEMENT * size);
  }
}
