package io.mooring.acceptance.rig;

import io.mooring.frontend.GuestRam;
import io.mooring.frontend.SplitRing;
import java.lang.invoke.VarHandle;

/** A split ring (virtio 1.3, section 2.7) whose driver polls. */
final class LastingSplit implements LastingRing.Format {

  private final SplitRing ring;
  private final int size;

  LastingSplit(GuestRam ram, int size) {
    ring = SplitRing.modern(ram, size);
    this.size = size;
    ring.availableFlags(SplitRing.NO_INTERRUPT);
  }

  @Override
  public void put(long position, long address, int length, boolean writable) {
    int slot = (int) (position % size);
    ring.descriptor(slot, address, length, writable ? SplitRing.WRITE : 0, 0);
    ring.availableEntry(slot, slot);
  }

  @Override
  public boolean expose(long position) {
    ring.availableIndex((int) position);
    VarHandle.fullFence();
    return (ring.usedFlags() & SplitRing.NO_NOTIFY) == 0;
  }

  @Override
  public int used(long position) {
    boolean there = ring.usedIndex() != (position & 0xffff);
    return there ? ring.usedHead((int) (position % size)) : LastingRing.NONE;
  }

  @Override
  public int length(long position) {
    return ring.usedLength((int) (position % size));
  }

  @Override
  public long descriptors() {
    return ring.descriptors();
  }

  @Override
  public long available() {
    return ring.available();
  }

  @Override
  public long usedRing() {
    return ring.used();
  }

  /** As QEMU restores it: all that is not used is offered again. */
  @Override
  public int base() {
    return ring.usedIndex();
  }
}
