package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import java.lang.invoke.VarHandle;

/** QueueRegionSplit and DescStateSplit: an entry for each descriptor that may be a head. */
final class SplitInflight implements InflightPart {

  // QueueRegionSplit
  private static final int VERSION = 8;
  private static final int DESCRIPTORS = 10;
  private static final int LAST_BATCH_HEAD = 12;
  private static final int USED_INDEX = 14;
  private static final int ENTRIES = 16;

  // DescStateSplit
  private static final int INFLIGHT = 0;
  private static final int NEXT = 6;
  private static final int COUNTER = 8;
  private static final int ENTRY_BYTES = 16;

  private final QueueSetup setup;
  private final SplitRing ring;
  private final long at;
  private long counter;

  SplitInflight(QueueSetup setup, SplitRing ring) {
    this.setup = setup;
    this.ring = ring;
    at = setup.inflight().address();
  }

  private long entry(int head) {
    return at + ENTRIES + (long) ENTRY_BYTES * head;
  }

  @Override
  public int[] recover() {
    if (InflightPart.isNew(setup, HostMemory.getUnsignedShort(at + VERSION))) {
      return startAnew();
    }
    int used = ring.used();
    int batch = (used - HostMemory.getUnsignedShort(at + USED_INDEX)) & 0xffff;
    if (batch > setup.size()) {
      return startAnew();
    }
    finishBatch(batch);
    HostMemory.putShort(at + USED_INDEX, used);

    var order = new InflightOrder(setup.size());
    for (int head = 0; head < setup.size(); head++) {
      if (HostMemory.getByte(entry(head) + INFLIGHT) != 0) {
        order.add(head, HostMemory.getLong(entry(head) + COUNTER));
      }
    }
    counter = order.next();
    return resume(order.entries(), used);
  }

  /** The last batch was used, but perhaps not all of it noted. */
  private void finishBatch(int batch) {
    int head = HostMemory.getUnsignedShort(at + LAST_BATCH_HEAD);
    for (int left = batch; left > 0; left--) {
      if (head >= setup.size()) {
        throw InflightPart.broken(setup, "descriptor", head, setup.size());
      }
      HostMemory.putByte(entry(head) + INFLIGHT, (byte) 0);
      head = HostMemory.getUnsignedShort(entry(head) + NEXT);
    }
  }

  private int[] resume(int[] heads, int used) {
    // More in flight than were offered and not used: the driver made a new ring since.
    if (heads.length > ring.offeredSince(used)) {
      return startAnew();
    }
    for (int i = 0; i < heads.length; i++) {
      if (ring.headAt(used + i) != heads[i]) {
        ring.moveTo(used + heads.length);
        return heads;
      }
    }
    // Used in order so far: the ring itself still has them.
    for (int i = heads.length - 1; i >= 0; i--) {
      giveBack(heads[i]);
    }
    ring.moveTo(used);
    return new int[0];
  }

  private int[] startAnew() {
    for (int head = 0; head < setup.size(); head++) {
      HostMemory.putByte(entry(head) + INFLIGHT, (byte) 0);
    }
    HostMemory.putShort(at + DESCRIPTORS, setup.size());
    HostMemory.putShort(at + LAST_BATCH_HEAD, 0);
    HostMemory.putShort(at + USED_INDEX, ring.used());
    HostMemory.putShortRelease(at + VERSION, InflightPart.CURRENT_VERSION);
    return new int[0];
  }

  @Override
  public void gather(Chains chains, int entry) {
    ring.gatherChain(chains, entry);
  }

  @Override
  public void beginTaking() {
    // A head is its entry, wherever it is in the ring.
  }

  @Override
  public int take(Chains chains, int chain) {
    int head = chains.head[chain];
    HostMemory.putLong(entry(head) + COUNTER, counter++);
    VarHandle.releaseFence();
    HostMemory.putByte(entry(head) + INFLIGHT, (byte) 1);
    return head;
  }

  @Override
  public void use(Chains chains, int[] entries, int from, int to) {
    for (int i = from; i < to; i++) {
      HostMemory.putShort(
          entry(entries[i]) + NEXT, HostMemory.getUnsignedShort(at + LAST_BATCH_HEAD));
      HostMemory.putShortRelease(at + LAST_BATCH_HEAD, entries[i]);
    }
    ring.use(chains, from, to);
    VarHandle.releaseFence();
    for (int i = from; i < to; i++) {
      HostMemory.putByte(entry(entries[i]) + INFLIGHT, (byte) 0);
    }
    HostMemory.putShortRelease(at + USED_INDEX, ring.used());
  }

  @Override
  public void giveBack(int entry) {
    VarHandle.releaseFence();
    HostMemory.putByte(entry(entry) + INFLIGHT, (byte) 0);
  }
}
