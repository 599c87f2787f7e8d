package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;

/**
 * Checks buffers that a guest describes and appends them to a burst: each address over its whole
 * length, readable before writable, each chain's total bounded. Every ring format gathers through
 * it. A chain that waits for its IOMMU is left out and ends the burst; of the next ones only what
 * they lack is asked for.
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

  /** So many chains behind one that waits are looked at. */
  private static final int AHEAD = 32;

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

  /** While a chain waits: how many more are looked at, and in how many pieces of memory. */
  private int ahead;

  private int budget;

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

  /**
   * Whether there is to be another chain, in the burst or, once one waits, only to be looked at.
   */
  boolean more() {
    return segments < room;
  }

  /** Whether the burst ended at a chain that waits for its IOMMU: others are only looked at. */
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
      lookedAt(chains);
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

  private void lookedAt(Chains chains) {
    budget -= segments - chains.first[chains.count];
    segments = chains.first[chains.count];
    if (--ahead < 0 || budget <= 0) {
      room = 0;
    }
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
    if (length == 0) {
      // It has no segment, and is work all the same.
      room--;
      budget--;
    }
    long from = address;
    int left = length;
    while (left > 0) {
      int extent = view.table().extent(from, permissions);
      int part;
      if (extent >= 0) {
        remember(extent);
        long offset = from - hotStart;
        part = (int) Math.min(left, view.table().extentSize(extent) - offset);
        append(chains, hotHost + offset, part, writable);
      } else {
        view.missing(from, address, length, permissions);
        await();
        if (--budget <= 0) {
          return;
        }
        part = Math.min(left, AskedPages.PAGE - (int) (from & (AskedPages.PAGE - 1)));
      }
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
    if (!waiting) {
      waiting = true;
      ahead = AHEAD;
      budget = SEGMENTS_A_BURST;
      // The chains that it has already do not count: those to come are looked at one by one.
      room = Integer.MAX_VALUE;
    }
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
