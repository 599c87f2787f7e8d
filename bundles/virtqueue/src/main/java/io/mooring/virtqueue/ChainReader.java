package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;

/**
 * Checks buffers that a guest describes and appends them to a burst: each address over its whole
 * length, readable before writable, each chain's total bounded. Every ring format gathers through
 * it.
 */
final class ChainReader {

  /** Descriptor flags (virtio 1.3, section 2.7.5). */
  static final int NEXT = 1;

  static final int WRITE = 2;
  static final int INDIRECT = 4;

  /** Bytes of a descriptor, in every format and in indirect tables. */
  static final int DESCRIPTOR_BYTES = 16;

  private final int queue;
  private MemoryTable table;

  // The region that the last buffer was in: most guests have one that all buffers are in.
  private long hotStart;
  private long hotSize;
  private long hotHost;

  private int segments;
  private int readableSegments;
  private long readableBytes;
  private long writableBytes;

  ChainReader(int queue, MemoryTable table) {
    this.queue = queue;
    memory(table);
  }

  void memory(MemoryTable replacement) {
    table = replacement;
    hotSize = 0;
  }

  /** Starts a burst. */
  void begin(Chains chains) {
    chains.count = 0;
    segments = 0;
  }

  /** How many segments the burst has so far. */
  int segments() {
    return segments;
  }

  /** Appends a buffer to the chain in the making. */
  void add(Chains chains, long address, int length, boolean writable) {
    if (length < 0) {
      throw new QueueException(
          "queue %d: buffer length %d is above %d"
              .formatted(queue, Integer.toUnsignedLong(length), Integer.MAX_VALUE));
    }
    if (writable) {
      writableBytes += length;
    } else {
      if (writableBytes > 0) {
        throw new QueueException("queue %d: readable buffer after a writable one".formatted(queue));
      }
      readableBytes += length;
    }
    long host = hotHost(address, length);
    if (host != MemoryTable.NONE && length > 0) {
      append(chains, host, length, writable);
    } else {
      addAcrossRegions(chains, address, length, writable);
    }
  }

  /** Ends the chain in the making. */
  void end(Chains chains, int head, int slots) {
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
    readableSegments = 0;
    readableBytes = 0;
    writableBytes = 0;
  }

  /** Host address of one descriptor of an indirect table. */
  long descriptor(long address) {
    long host = hotHost(address, DESCRIPTOR_BYTES);
    if (host == MemoryTable.NONE) {
      throw new QueueException(
          "queue %d: indirect descriptor at 0x%x is not in guest memory".formatted(queue, address));
    }
    return host;
  }

  private long hotHost(long address, int length) {
    long offset = address - hotStart;
    if (offset >= 0 && offset < hotSize && length <= hotSize - offset) {
      return hotHost + offset;
    }
    return coldHost(address, length);
  }

  private long coldHost(long address, int length) {
    for (MappedRegion region : table.regions()) {
      long offset = address - region.region().guestAddress();
      long size = region.region().size();
      if (offset >= 0 && offset < size && length <= size - offset) {
        hotStart = region.region().guestAddress();
        hotSize = size;
        hotHost = region.hostAddress();
        return hotHost + offset;
      }
    }
    return MemoryTable.NONE;
  }

  private void addAcrossRegions(Chains chains, long address, int length, boolean writable) {
    long from = address;
    int left = length;
    while (left > 0) {
      int part = (int) Math.min(left, table.contiguous(from));
      if (part == 0) {
        throw new QueueException(
            "queue %d: buffer at 0x%x of %d bytes is not in guest memory"
                .formatted(queue, address, length));
      }
      append(chains, table.guestToHost(from, part), part, writable);
      from += part;
      left -= part;
    }
  }

  private void append(Chains chains, long host, int length, boolean writable) {
    if (segments == chains.address.length) {
      chains.grow();
    }
    chains.address[segments] = host;
    chains.length[segments] = length;
    segments++;
    if (!writable) {
      readableSegments++;
    }
  }

  /** A descriptor's second half in one read, so that a guest that changes it is read once. */
  static long tail(long descriptor) {
    return HostMemory.getLong(descriptor + 8);
  }
}
