package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;

/**
 * Reads the tables that indirect descriptors point to. A split ring's table is a list by its next
 * fields; a packed ring's is read from its first to its last descriptor, and of the flags only
 * WRITE means anything (virtio 1.3, sections 2.7.5.3 and 2.8.7).
 */
final class IndirectTables {

  /** They may be longer than the ring; Linux makes such. */
  private static final int LONGEST = 1024;

  private final int queue;
  private final int most;
  private final boolean negotiated;
  private final boolean packed;
  private final ChainReader reader;

  IndirectTables(QueueSetup setup, ChainReader reader) {
    queue = setup.index();
    most = Math.max(setup.size(), LONGEST);
    negotiated = RingFeature.INDIRECT_DESC.in(setup.features());
    packed = RingFeature.RING_PACKED.in(setup.features());
    this.reader = reader;
  }

  /**
   * Appends a table's buffers to the chain in the making, which ends with them.
   *
   * @param linked whether the descriptor is in a list where it may not be
   */
  void add(Chains chains, int head, long table, int bytes, boolean linked) {
    if (!negotiated || linked) {
      throw new QueueException(
          "queue %d: chain %d has an indirect table %s"
              .formatted(
                  queue,
                  head,
                  negotiated ? "in a list of descriptors" : "that was not negotiated"));
    }
    int entries = bytes / ChainReader.DESCRIPTOR_BYTES;
    if (bytes <= 0 || bytes % ChainReader.DESCRIPTOR_BYTES != 0 || entries > most) {
      throw new QueueException(
          "queue %d: indirect table of %d bytes, allowed are multiples of 16 up to %d"
              .formatted(
                  queue, Integer.toUnsignedLong(bytes), most * ChainReader.DESCRIPTOR_BYTES));
    }
    if (packed) {
      addAll(chains, table, entries);
    } else {
      addList(chains, head, table, entries);
    }
  }

  private void addAll(Chains chains, long table, int entries) {
    for (int i = 0; i < entries; i++) {
      long descriptor = reader.descriptor(table + (long) ChainReader.DESCRIPTOR_BYTES * i);
      if (descriptor == MemoryTable.NONE) {
        return;
      }
      long address = HostMemory.getLong(descriptor);
      long tail = ChainReader.tail(descriptor);
      int flags = (int) (tail >>> 48);
      reader.add(chains, address, (int) tail, (flags & ChainReader.WRITE) != 0);
    }
  }

  private void addList(Chains chains, int head, long table, int entries) {
    int next = 0;
    for (int left = entries; left > 0; left--) {
      if (next >= entries) {
        throw new QueueException(
            "queue %d: indirect descriptor index %d, the table has %d"
                .formatted(queue, next, entries));
      }
      long descriptor = reader.descriptor(table + (long) ChainReader.DESCRIPTOR_BYTES * next);
      if (descriptor == MemoryTable.NONE) {
        return;
      }
      long address = HostMemory.getLong(descriptor);
      long tail = ChainReader.tail(descriptor);
      int flags = (int) (tail >>> 32) & 0xffff;
      if ((flags & ChainReader.INDIRECT) != 0) {
        throw new QueueException(
            "queue %d: chain %d has an indirect table in an indirect table".formatted(queue, head));
      }
      reader.add(chains, address, (int) tail, (flags & ChainReader.WRITE) != 0);
      if ((flags & ChainReader.NEXT) == 0) {
        return;
      }
      next = (int) (tail >>> 48);
    }
    throw new QueueException(
        "queue %d: indirect table of %d entries has a loop".formatted(queue, entries));
  }
}
