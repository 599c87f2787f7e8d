package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;
import java.util.ArrayList;
import java.util.List;

/** For a packed ring. */
final class PackedPredecessor implements Predecessor {

  private record Taken(int entry, int id, int slots) {}

  private final Guest guest;
  private final PackedSlots slots;
  private final long region;
  private final List<Taken> taken = new ArrayList<>();
  private int availableSlot;
  private int usedSlot;
  private boolean usedWrap;
  private long counter = 100;

  PackedPredecessor(Guest guest, int base) {
    this.guest = guest;
    slots = new PackedSlots(guest);
    region = guest.inflight().address();
    availableSlot = base & 0x7fff;
    usedSlot = availableSlot;
    usedWrap = (base & 0x8000) != 0;
    for (int i = 0; i < guest.inflight().entries(); i++) {
      putShort(state(i) + 2, i + 1);
    }
    putShort(region + 10, guest.inflight().entries());
    putShort(region + 12, 0);
    putShort(region + 14, 0);
    noteUsed(16, 20);
    noteUsed(18, 21);
    putShort(region + 8, 1);
  }

  private void noteUsed(int indexAt, int wrapAt) {
    putShort(region + indexAt, usedSlot);
    HostMemory.putByte(region + wrapAt, (byte) (usedWrap ? 1 : 0));
  }

  private long state(int entry) {
    return region + 32 + 32L * entry;
  }

  private static int getShort(long at) {
    return HostMemory.getUnsignedShort(at);
  }

  private static void putShort(long at, int value) {
    HostMemory.putShort(at, value);
  }

  @Override
  public void take() {
    int oldFreeHead = getShort(region + 14);
    putShort(state(oldFreeHead) + 6, 0);
    HostMemory.putLong(state(oldFreeHead) + 8, counter++);
    HostMemory.putByte(state(oldFreeHead), (byte) 1);
    int count = 0;
    while (true) {
      long descriptor = guest.host(Guest.GUEST + Guest.DESCRIPTORS + 16L * availableSlot);
      availableSlot = (availableSlot + 1) % guest.size;
      int flags = getShort(descriptor + 14);
      boolean last = (flags & Guest.NEXT) == 0;
      int freeHead = getShort(region + 12);
      if (last) {
        putShort(state(oldFreeHead) + 4, freeHead);
      }
      count++;
      putShort(state(oldFreeHead) + 6, count);
      HostMemory.putLong(state(freeHead) + 24, HostMemory.getLong(descriptor));
      HostMemory.putInt(state(freeHead) + 20, HostMemory.getInt(descriptor + 8));
      putShort(state(freeHead) + 18, flags);
      putShort(state(freeHead) + 16, getShort(descriptor + 12));
      putShort(region + 12, getShort(state(freeHead) + 2));
      if (last) {
        putShort(region + 14, getShort(region + 12));
        taken.add(new Taken(oldFreeHead, getShort(descriptor + 12), count));
        return;
      }
    }
  }

  @Override
  public void use(int which) {
    Taken chain = taken.remove(which);
    long entry = state(chain.entry);
    putShort(state(getShort(entry + 4)) + 2, getShort(region + 12));
    putShort(region + 12, chain.entry);
    int slot = usedSlot;
    int marks = usedWrap ? PackedSlots.AVAILABLE | PackedSlots.USED : 0;
    usedSlot += chain.slots;
    if (usedSlot >= guest.size) {
      usedSlot -= guest.size;
      usedWrap = !usedWrap;
    }
    noteUsed(16, 20);
    slots.put(slot, 0xbad, WRITTEN, chain.id, marks | Guest.WRITE);
    HostMemory.putByte(entry, (byte) 0);
    putShort(region + 14, getShort(region + 12));
    noteUsed(18, 21);
  }
}
