package io.mooring.port.warmup;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Inflight;
import io.mooring.api.virtqueue.QueueSetup;

/**
 * The driver's side of a ring that moves nothing: it offers chains in every shape and believes that
 * they come back in order. What differs between the ring formats is in two small classes.
 */
abstract sealed class SyntheticDriver permits SyntheticSplit, SyntheticPacked {

  /** Descriptor flags (virtio 1.3, sections 2.7.5 and 2.8.6). */
  static final int NEXT = 1;

  static final int WRITE = 2;
  static final int INDIRECT = 4;

  static final int DESCRIPTOR = 16;
  static final int HEADER = 12;

  private static final int BUFFERS = 64;
  private static final int BUFFER_BYTES = 4096;
  private static final int TABLE_BYTES = 4 * DESCRIPTOR;

  /** How a chain is laid into descriptors. */
  enum Shape {
    ONE(1),
    PAIR(2),
    TABLE(1);

    final int slots;

    Shape(int slots) {
      this.slots = slots;
    }
  }

  final SyntheticMemory memory;
  final int size;
  final long features;
  final long descriptors;
  final long driverArea;
  final long deviceArea;
  private final long tables;
  private final long buffers;
  private final int index;
  private final int call;
  private int turn;

  /** Descriptors that the device has. */
  private int taken;

  /** Slots of each chain that the device has, in order. */
  private final int[] chains;

  private int firstChain;
  private int outstanding;

  SyntheticDriver(
      SyntheticMemory memory,
      RingUse use,
      int index,
      int call,
      long driverBytes,
      long deviceBytes) {
    this.memory = memory;
    this.index = index;
    this.call = call;
    size = use.size();
    features = use.features();
    chains = new int[size];
    descriptors = memory.allocate((long) DESCRIPTOR * size);
    driverArea = memory.allocate(driverBytes);
    deviceArea = memory.allocate(deviceBytes);
    tables = memory.allocate((long) TABLE_BYTES * size);
    buffers = memory.allocate((long) BUFFERS * BUFFER_BYTES);
  }

  /** Bytes that a ring of so many descriptors needs with all that belongs to it. */
  static long bytes(int size) {
    return (DESCRIPTOR + TABLE_BYTES + 16L) * size + (long) BUFFERS * BUFFER_BYTES + 4096;
  }

  QueueSetup setup() {
    return new QueueSetup(
        index,
        size,
        SyntheticMemory.user(descriptors),
        SyntheticMemory.user(driverArea),
        SyntheticMemory.user(deviceArea),
        // While a log comes there are moments in which only what is in buffers is logged.
        index == 0 ? SyntheticMemory.guest(deviceArea) : QueueSetup.NO_LOG,
        base(),
        features,
        call,
        Inflight.NONE);
  }

  /** Where a new ring begins. */
  abstract int base();

  int outstanding() {
    return outstanding;
  }

  /** How many more chains of a shape fit. */
  int room(Shape shape) {
    return (size - taken) / shape.slots;
  }

  /** Offers chains of one shape. */
  void offer(int count, Shape shape, int bytes, boolean writable) {
    for (int i = 0; i < count; i++) {
      add(shape, buffer(), bytes, writable ? WRITE : 0);
      chains[(firstChain + outstanding) % size] = shape.slots;
      outstanding++;
      taken += shape.slots;
    }
    show();
  }

  private long buffer() {
    long offset = buffers + (long) (turn++ % BUFFERS) * BUFFER_BYTES;
    return turn % 7 == 0 ? memory.guestInSecond(offset) : SyntheticMemory.guest(offset);
  }

  /** The device has given chains back. */
  void got(int count) {
    for (int i = 0; i < count; i++) {
      taken -= chains[firstChain];
      firstChain = (firstChain + 1) % size;
    }
    outstanding -= count;
  }

  abstract void add(Shape shape, long buffer, int bytes, int flags);

  /** Shows the device what was added. */
  abstract void show();

  /** Wishes to be called, or not to be. */
  abstract void calls(boolean wanted);

  /** Fills the indirect table of a slot with a header and a frame; its guest address. */
  long table(int slot, long buffer, int bytes, int flags) {
    long at = tables + (long) TABLE_BYTES * slot;
    put(memory.host(at), buffer, HEADER, 1 << 16 | flags | NEXT);
    put(memory.host(at) + DESCRIPTOR, buffer + HEADER, bytes, flags);
    return SyntheticMemory.guest(at);
  }

  /** Writes a descriptor; {@code tail} is its last four bytes. */
  static void put(long host, long address, int length, int tail) {
    HostMemory.putLong(host, address);
    HostMemory.putLong(host + 8, Integer.toUnsignedLong(length) | (long) tail << 32);
  }
}
