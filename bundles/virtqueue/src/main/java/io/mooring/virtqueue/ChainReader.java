package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;

/**
 * Checks buffers that a guest describes and appends them to a burst: each address over its whole
 * length, readable before writable, each chain's total bounded. Every ring format gathers through
 * it. A chain that waits for its IOMMU is left out and ends the burst.
 */
final class ChainReader {

  /** Descriptor flags (virtio 1.3, sections 2.7.5 and 2.8.6). */
  static final int NEXT = 1;

  static final int WRITE = 2;
  static final int INDIRECT = 4;

  /** Bytes of a descriptor, in every format and in indirect tables. */
  static final int DESCRIPTOR_BYTES = 16;

  /**
   * A burst ends when its chains have so many segments, so that one guest's long chains cost others
   * little.
   */
  private static final int SEGMENTS_A_BURST = 2048;

  /** No burst has more: memory in many pieces must not let a guest make us use up our own. */
  private static final int MOST_SEGMENTS = 1 << 16;

  private final int queue;
  private final GuestView view;

  // Where the last buffer was: most guests have one region that all buffers are in. A size is 0
  // when such access is not permitted there.
  private long hotStart;
  private long hotHost;
  private long hotReadable;
  private long hotWritable;

  private int segments;
  private int room;
  private int readableSegments;
  private long readableBytes;
  private long writableBytes;
  private boolean waiting;

  ChainReader(int queue, GuestView view) {
    this.queue = queue;
    this.view = view;
  }

  /** The view has another table. */
  void forget() {
    hotReadable = 0;
    hotWritable = 0;
  }

  /** Starts a burst. */
  void begin(Chains chains) {
    chains.count = 0;
    segments = 0;
    room = SEGMENTS_A_BURST;
    waiting = false;
    beginChain();
  }

  private void beginChain() {
    readableSegments = 0;
    readableBytes = 0;
    writableBytes = 0;
  }

  /** Whether the burst goes on: it is not too long, and no chain waits. */
  boolean more() {
    return segments < room;
  }

  /** Whether the burst ended at a chain that waits for its IOMMU. */
  boolean waiting() {
    return waiting;
  }

  /** Appends a buffer to the chain in the making. */
  void add(Chains chains, long address, int length, boolean writable) {
    if (length < 0) {
      throw new QueueException(
          "queue %d: buffer length %d is above %d"
              .formatted(queue, Integer.toUnsignedLong(length), Integer.MAX_VALUE));
    }
    long size;
    if (writable) {
      writableBytes += length;
      size = hotWritable;
    } else {
      if (writableBytes > 0) {
        throw new QueueException("queue %d: readable buffer after a writable one".formatted(queue));
      }
      readableBytes += length;
      size = hotReadable;
    }
    long offset = address - hotStart;
    if (offset >= 0 && offset < size && length <= size - offset && length > 0) {
      append(chains, hotHost + offset, length, writable);
    } else {
      addInPieces(chains, address, length, writable);
    }
  }

  /** Ends the chain in the making. */
  void end(Chains chains, int head, int slots) {
    if (waiting) {
      segments = chains.first[chains.count];
      beginChain();
      return;
    }
    if (readableBytes + writableBytes > Integer.MAX_VALUE) {
      throw new QueueException(
          "queue %d: chain %d has %d bytes, at most %d are allowed"
              .formatted(queue, head, readableBytes + writableBytes, Integer.MAX_VALUE));
    }
    int chain = chains.count++;
    chains.head[chain] = head;
    chains.slots[chain] = slots;
    chains.readable[chain] = readableSegments;
    chains.readableBytes[chain] = (int) readableBytes;
    chains.writableBytes[chain] = (int) writableBytes;
    chains.written[chain] = 0;
    chains.first[chain + 1] = segments;
    beginChain();
  }

  /**
   * Host address of one descriptor of an indirect table, or {@link MemoryTable#NONE} when the chain
   * has to wait for it.
   */
  long descriptor(long address) {
    long offset = address - hotStart;
    if (offset >= 0 && offset < hotReadable && DESCRIPTOR_BYTES <= hotReadable - offset) {
      return hotHost + offset;
    }
    int extent = view.table().extent(address, Iotlb.READ);
    if (extent >= 0) {
      long start = view.table().extentStart(extent);
      if (DESCRIPTOR_BYTES <= view.table().extentSize(extent) - (address - start)) {
        remember(extent);
        return hotHost + (address - start);
      }
    }
    long host = view.indirect(address, DESCRIPTOR_BYTES);
    await();
    return host;
  }

  private void addInPieces(Chains chains, long address, int length, boolean writable) {
    int permissions = writable ? Iotlb.WRITE : Iotlb.READ;
    long from = address;
    int left = length;
    while (left > 0) {
      int extent = view.table().extent(from, permissions);
      if (extent < 0) {
        view.missing(from, address, length, permissions);
        await();
        return;
      }
      remember(extent);
      long offset = from - hotStart;
      int part = (int) Math.min(left, view.table().extentSize(extent) - offset);
      append(chains, hotHost + offset, part, writable);
      from += part;
      left -= part;
    }
  }

  private void remember(int extent) {
    MemoryTable table = view.table();
    long size = table.extentSize(extent);
    hotStart = table.extentStart(extent);
    hotHost = table.extentHost(extent);
    hotReadable = table.extentAllows(extent, Iotlb.READ) ? size : 0;
    hotWritable = table.extentAllows(extent, Iotlb.WRITE) ? size : 0;
  }

  private void await() {
    waiting = true;
    room = 0;
  }

  private void append(Chains chains, long host, int length, boolean writable) {
    if (segments == chains.address.length) {
      grow(chains);
    }
    chains.address[segments] = host;
    chains.length[segments] = length;
    segments++;
    if (!writable) {
      readableSegments++;
    }
  }

  private void grow(Chains chains) {
    if (segments >= MOST_SEGMENTS) {
      throw new QueueException(
          "queue %d: a burst of chains is in more than %d pieces of memory"
              .formatted(queue, MOST_SEGMENTS));
    }
    chains.grow();
  }

  /** A descriptor's second half in one read, so that a guest that changes it is read once. */
  static long tail(long descriptor) {
    return HostMemory.getLong(descriptor + 8);
  }
}
