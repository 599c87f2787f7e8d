package io.mooring.port.warmup;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.foreign.Arena;

/** A queue without a ring: chains of buffers in memory, as many as it is told to offer. */
final class MemoryQueue implements Virtqueue {

  static final int SIZE = 256;
  private static final int BUFFER_BYTES = 2048;

  private final int index;
  private final long buffers;
  private final boolean writable;
  private final int[] bytes = new int[SIZE];

  /** Bytes of each chain's first segment; 0 when it has but one. */
  private final int[] cut = new int[SIZE];

  private int first;
  private int offered;

  MemoryQueue(Arena arena, int index, boolean writable) {
    this.index = index;
    this.writable = writable;
    buffers = arena.allocate((long) SIZE * BUFFER_BYTES, 64).address();
  }

  QueueSetup setup() {
    return new QueueSetup(index, SIZE, 0, 0, 0, 0, 0, -1);
  }

  int room() {
    return SIZE - offered;
  }

  int offered() {
    return offered;
  }

  private static int slot(int position) {
    return position % SIZE;
  }

  /** Where the next chain's bytes are. */
  long next() {
    return buffers + (long) slot(first + offered) * BUFFER_BYTES;
  }

  /**
   * Offers the next chain.
   *
   * @param length its bytes
   * @param head how many of them are a segment of their own; 0 for none
   */
  void offer(int length, int head) {
    int slot = slot(first + offered);
    bytes[slot] = length;
    cut[slot] = head;
    offered++;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public int take(Chains chains, int limit) {
    int count = Math.min(offered, Math.min(limit, chains.capacity()));
    int segment = 0;
    chains.count = count;
    for (int i = 0; i < count; i++) {
      int slot = slot(first + i);
      long at = buffers + (long) slot * BUFFER_BYTES;
      chains.head[i] = slot;
      chains.slots[i] = 1;
      chains.first[i] = segment;
      if (cut[slot] > 0) {
        chains.address[segment] = at;
        chains.length[segment++] = cut[slot];
      }
      chains.address[segment] = at + cut[slot];
      chains.length[segment++] = bytes[slot] - cut[slot];
      chains.readable[i] = writable ? 0 : segment - chains.first[i];
      chains.readableBytes[i] = writable ? 0 : bytes[slot];
      chains.writableBytes[i] = writable ? bytes[slot] : 0;
      chains.written[i] = 0;
    }
    chains.first[count] = segment;
    return count;
  }

  @Override
  public void publish(Chains chains, int count) {
    if (count > offered) {
      throw new IllegalStateException(
          "queue %d: %d chains are given back, %d were offered".formatted(index, count, offered));
    }
    first = slot(first + count);
    offered -= count;
  }

  @Override
  public boolean available() {
    return offered > 0;
  }

  @Override
  public boolean arm() {
    return available();
  }

  @Override
  public void disarm() {}

  @Override
  public int base() {
    return first;
  }

  @Override
  public void call(int eventfd) {}

  @Override
  public void memory(MemoryTable table) {}

  /** Writes a frame with a header of zeros before it. */
  static void frame(long at, int headerBytes, long destination, long source, int length) {
    HostMemory.clear(at, headerBytes);
    HostMemory.putLong(at + headerBytes, destination);
    HostMemory.putLong(at + headerBytes + 6, source);
    // What follows the addresses says neither VLAN nor IP.
    HostMemory.putShort(at + headerBytes + 12, 0xb588);
    HostMemory.putShort(at + headerBytes + length - 2, 0);
  }
}
