package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import java.util.ArrayList;
import java.util.List;

/** For a split ring. */
final class SplitPredecessor implements Predecessor {

  private final Guest guest;
  private final long region;
  private final List<Integer> taken = new ArrayList<>();
  private int availableIndex;
  private int usedIndex;
  private long counter = 100;

  SplitPredecessor(Guest guest, int base) {
    this.guest = guest;
    region = guest.inflight().address();
    availableIndex = base & 0xffff;
    usedIndex = guest.usedIndex();
    HostMemory.putShort(region + 8, 1);
    HostMemory.putShort(region + 10, guest.size);
    HostMemory.putShort(region + 14, usedIndex);
  }

  private long state(int head) {
    return region + 16 + 16L * head;
  }

  @Override
  public void take() {
    long ring = guest.host(Guest.GUEST + Guest.AVAILABLE + 4);
    int head = HostMemory.getUnsignedShort(ring + 2L * (availableIndex % guest.size));
    availableIndex = (availableIndex + 1) & 0xffff;
    HostMemory.putLong(state(head) + 8, counter++);
    HostMemory.putByte(state(head), (byte) 1);
    taken.add(head);
  }

  @Override
  @SuppressWarnings("ListRemoveAmbiguous")
  public void use(int which) {
    int head = taken.remove(which);
    HostMemory.putShort(state(head) + 6, HostMemory.getUnsignedShort(region + 12));
    HostMemory.putShort(region + 12, head);
    long ring = guest.host(Guest.GUEST + Guest.USED);
    HostMemory.putInt(ring + 4 + 8L * (usedIndex % guest.size), head);
    HostMemory.putInt(ring + 8 + 8L * (usedIndex % guest.size), WRITTEN);
    usedIndex = (usedIndex + 1) & 0xffff;
    HostMemory.putShort(ring + 2, usedIndex);
    HostMemory.putByte(state(head), (byte) 0);
    HostMemory.putShort(region + 14, usedIndex);
  }
}
