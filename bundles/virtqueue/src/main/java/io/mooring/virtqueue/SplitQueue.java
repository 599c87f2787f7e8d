package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.invoke.VarHandle;

/** The split ring (virtio 1.3, section 2.7). */
final class SplitQueue implements Virtqueue {

  /** Indirect tables may be longer than the ring; Linux makes such. */
  private static final int LONGEST_INDIRECT = 1024;

  /**
   * A burst ends when its chains have so many segments, so that one guest's long chains cost others
   * little.
   */
  private static final int SEGMENTS_A_BURST = 2048;

  private static final int RING_HEADER = 4;
  private static final int AVAILABLE_ENTRY = 2;
  private static final int USED_ENTRY = 8;
  private static final int EVENT = 2;
  private static final int INDEX = 2;
  private static final int NO_INTERRUPT = 1;
  private static final int NO_NOTIFY = 1;

  private final QueueSetup setup;
  private final Os os;
  private final ChainReader reader;
  private final int mask;
  private final boolean eventIndex;
  private final boolean indirect;

  private long descriptors;
  private long available;
  private long used;
  private int nextAvailable;
  private int nextUsed;
  private int call;

  SplitQueue(QueueSetup setup, MemoryTable memory, Os os) {
    this.setup = setup;
    this.os = os;
    mask = setup.size() - 1;
    eventIndex = RingFeature.EVENT_IDX.in(setup.features());
    indirect = RingFeature.INDIRECT_DESC.in(setup.features());
    reader = new ChainReader(setup.index(), memory);
    call = setup.call();
    memory(memory);
    nextAvailable = setup.base() & 0xffff;
    nextUsed = HostMemory.getUnsignedShortAcquire(used + INDEX);
    disarm();
  }

  @Override
  public void memory(MemoryTable table) {
    int event = eventIndex ? EVENT : 0;
    descriptors = ring(table, "descriptor table", setup.descriptors(), 16, 16L * setup.size());
    available =
        ring(
            table,
            "available ring",
            setup.available(),
            2,
            RING_HEADER + (long) AVAILABLE_ENTRY * setup.size() + event);
    used =
        ring(
            table,
            "used ring",
            setup.used(),
            4,
            RING_HEADER + (long) USED_ENTRY * setup.size() + event);
    reader.memory(table);
  }

  private long ring(MemoryTable table, String what, long address, int alignment, long bytes) {
    if (address % alignment != 0) {
      throw new QueueException(
          "queue %d: %s at 0x%x is not aligned to %d"
              .formatted(setup.index(), what, address, alignment));
    }
    long host = table.userToHost(address, bytes);
    if (host == MemoryTable.NONE) {
      throw new QueueException(
          "queue %d: %s at 0x%x of %d bytes is not in one memory region"
              .formatted(setup.index(), what, address, bytes));
    }
    return host;
  }

  @Override
  public int index() {
    return setup.index();
  }

  @Override
  public int size() {
    return setup.size();
  }

  @Override
  public int base() {
    return nextAvailable;
  }

  @Override
  public void call(int eventfd) {
    call = eventfd;
  }

  @Override
  public boolean available() {
    return HostMemory.getUnsignedShortAcquire(available + INDEX) != nextAvailable;
  }

  @Override
  public int take(Chains chains, int limit) {
    // Acquire: the descriptors behind the index are read after it.
    int ready = (HostMemory.getUnsignedShortAcquire(available + INDEX) - nextAvailable) & 0xffff;
    reader.begin(chains);
    if (ready == 0) {
      return 0;
    }
    if (ready > setup.size()) {
      throw new QueueException(
          "queue %d: available index is %d ahead, the ring has %d"
              .formatted(setup.index(), ready, setup.size()));
    }
    int most = Math.min(Math.min(ready, limit), chains.capacity());
    int from = nextAvailable;
    for (int i = 0; i < most && reader.segments() < SEGMENTS_A_BURST; i++) {
      int head =
          HostMemory.getUnsignedShort(
              available + RING_HEADER + (long) AVAILABLE_ENTRY * ((from + i) & mask));
      gather(chains, head);
    }
    return chains.count;
  }

  private void gather(Chains chains, int head) {
    int next = head;
    for (int left = setup.size(); left > 0; left--) {
      if (next > mask) {
        throw new QueueException(
            "queue %d: descriptor index %d, the ring has %d"
                .formatted(setup.index(), next, setup.size()));
      }
      long descriptor = descriptors + (long) ChainReader.DESCRIPTOR_BYTES * next;
      long address = HostMemory.getLong(descriptor);
      long tail = ChainReader.tail(descriptor);
      int flags = (int) (tail >>> 32) & 0xffff;
      if ((flags & ChainReader.INDIRECT) != 0) {
        gatherIndirect(chains, head, address, (int) tail, flags);
        return;
      }
      reader.add(chains, address, (int) tail, (flags & ChainReader.WRITE) != 0);
      if ((flags & ChainReader.NEXT) == 0) {
        reader.end(chains, head, 1);
        return;
      }
      next = (int) (tail >>> 48);
    }
    throw new QueueException(
        "queue %d: chain %d is longer than the ring of %d"
            .formatted(setup.index(), head, setup.size()));
  }

  private void gatherIndirect(Chains chains, int head, long table, int bytes, int flags) {
    int entries = bytes / ChainReader.DESCRIPTOR_BYTES;
    int most = Math.max(setup.size(), LONGEST_INDIRECT);
    if (!indirect || (flags & ChainReader.NEXT) != 0) {
      throw new QueueException(
          "queue %d: chain %d has an indirect table %s"
              .formatted(
                  setup.index(),
                  head,
                  indirect ? "and a next descriptor" : "that was not negotiated"));
    }
    if (bytes <= 0 || bytes % ChainReader.DESCRIPTOR_BYTES != 0 || entries > most) {
      throw new QueueException(
          "queue %d: indirect table of %d bytes, allowed are multiples of 16 up to %d"
              .formatted(
                  setup.index(),
                  Integer.toUnsignedLong(bytes),
                  most * ChainReader.DESCRIPTOR_BYTES));
    }
    int next = 0;
    for (int left = entries; left > 0; left--) {
      if (next >= entries) {
        throw new QueueException(
            "queue %d: indirect descriptor index %d, the table has %d"
                .formatted(setup.index(), next, entries));
      }
      long descriptor = reader.descriptor(table + (long) ChainReader.DESCRIPTOR_BYTES * next);
      long address = HostMemory.getLong(descriptor);
      long tail = ChainReader.tail(descriptor);
      int each = (int) (tail >>> 32) & 0xffff;
      if ((each & ChainReader.INDIRECT) != 0) {
        throw new QueueException(
            "queue %d: chain %d has an indirect table in an indirect table"
                .formatted(setup.index(), head));
      }
      reader.add(chains, address, (int) tail, (each & ChainReader.WRITE) != 0);
      if ((each & ChainReader.NEXT) == 0) {
        reader.end(chains, head, 1);
        return;
      }
      next = (int) (tail >>> 48);
    }
    throw new QueueException(
        "queue %d: indirect table of %d entries has a loop".formatted(setup.index(), entries));
  }

  @Override
  public void publish(Chains chains, int count) {
    if (count == 0) {
      return;
    }
    int from = nextUsed;
    for (int i = 0; i < count; i++) {
      HostMemory.putLong(
          used + RING_HEADER + (long) USED_ENTRY * ((from + i) & mask),
          Integer.toUnsignedLong(chains.head[i]) | ((long) chains.written[i] << 32));
    }
    nextUsed = (from + count) & 0xffff;
    nextAvailable = (nextAvailable + count) & 0xffff;
    // Release: the driver sees the entries, and what the device wrote, before the index.
    HostMemory.putShortRelease(used + INDEX, nextUsed);
    if (call >= 0 && wanted(from, nextUsed)) {
      os.signal(call);
    }
  }

  private boolean wanted(int before, int after) {
    // The driver writes its wish and then reads the used index; we wrote the index and now read its
    // wish.
    VarHandle.fullFence();
    if (!eventIndex) {
      return (HostMemory.getUnsignedShort(available) & NO_INTERRUPT) == 0;
    }
    int event =
        HostMemory.getUnsignedShort(
            available + RING_HEADER + (long) AVAILABLE_ENTRY * setup.size());
    return ((after - event - 1) & 0xffff) < ((after - before) & 0xffff);
  }

  @Override
  public boolean arm() {
    if (eventIndex) {
      HostMemory.putShort(used + RING_HEADER + (long) USED_ENTRY * setup.size(), nextAvailable);
    } else {
      HostMemory.putShort(used, 0);
    }
    // The driver publishes a chain and then reads our wish; we wrote the wish and now look for
    // chains.
    VarHandle.fullFence();
    return available();
  }

  @Override
  public void disarm() {
    // With event indices an old event stays behind, and the driver does not kick until it is passed
    // again.
    if (!eventIndex) {
      HostMemory.putShort(used, NO_NOTIFY);
    }
  }
}
