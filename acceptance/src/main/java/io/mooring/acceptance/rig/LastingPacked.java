package io.mooring.acceptance.rig;

import io.mooring.api.memory.HostMemory;
import io.mooring.frontend.GuestRam;
import java.lang.invoke.VarHandle;

/** A packed ring (virtio 1.3, section 2.8) whose driver polls. */
final class LastingPacked implements LastingRing.Format {

  private static final int DESCRIPTOR_BYTES = 16;
  private static final int EVENT_BYTES = 4;
  private static final int WRITE = 2;
  private static final int AVAILABLE = 1 << 7;
  private static final int USED = 1 << 15;

  /** Of an event suppression area's flags. */
  private static final int DISABLE = 1;

  /** Descriptor 0 and wrap counter 1: where a new ring begins. */
  private static final int BEGIN = 1 << 15;

  private final int size;
  private final long descriptors;
  private final long driverEvent;
  private final long deviceEvent;
  private final long host;
  private final long deviceFlags;

  LastingPacked(GuestRam ram, int size) {
    this.size = size;
    descriptors = ram.allocate((long) DESCRIPTOR_BYTES * size, DESCRIPTOR_BYTES);
    driverEvent = ram.allocate(EVENT_BYTES, EVENT_BYTES);
    deviceEvent = ram.allocate(EVENT_BYTES, EVENT_BYTES);
    host = ram.host(descriptors, (long) DESCRIPTOR_BYTES * size);
    deviceFlags = ram.host(deviceEvent, EVENT_BYTES) + 2;
    HostMemory.putShort(ram.host(driverEvent, EVENT_BYTES) + 2, DISABLE);
  }

  private long at(long position) {
    return host + DESCRIPTOR_BYTES * (position % size);
  }

  /** Whether the wrap counter is 1 at a position. */
  private boolean wrap(long position) {
    return position / size % 2 == 0;
  }

  @Override
  public void put(long position, long address, int length, boolean writable) {
    long descriptor = at(position);
    HostMemory.putLong(descriptor, address);
    HostMemory.putInt(descriptor + 8, length);
    HostMemory.putShort(descriptor + 12, (int) (position % size));
    int flags = (wrap(position) ? AVAILABLE : USED) | (writable ? WRITE : 0);
    HostMemory.putShortRelease(descriptor + 14, flags);
  }

  @Override
  public boolean expose(long position) {
    VarHandle.fullFence();
    return HostMemory.getUnsignedShort(deviceFlags) != DISABLE;
  }

  @Override
  public int used(long position) {
    int marks = HostMemory.getUnsignedShortAcquire(at(position) + 14) & (AVAILABLE | USED);
    boolean there = marks == (wrap(position) ? AVAILABLE | USED : 0);
    return there ? HostMemory.getUnsignedShort(at(position) + 12) : LastingRing.NONE;
  }

  @Override
  public int length(long position) {
    return HostMemory.getInt(at(position) + 8);
  }

  @Override
  public long descriptors() {
    return descriptors;
  }

  @Override
  public long available() {
    return driverEvent;
  }

  @Override
  public long usedRing() {
    return deviceEvent;
  }

  /** The ring's memory does not tell: that is what the inflight region is for. */
  @Override
  public int base() {
    return BEGIN;
  }
}
