package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;

/** A packed ring in a guest's memory, written as a test likes, also against every rule. */
final class PackedSlots {

  /** Where a new ring begins: descriptor 0 and wrap counter 1, for both halves. */
  static final int BASE = 0x8000_8000;

  static final int AVAILABLE = 1 << 7;
  static final int USED = 1 << 15;
  static final int ENABLE = 0;
  static final int DISABLE = 1;
  static final int AT_DESCRIPTOR = 2;

  private final Guest guest;

  PackedSlots(Guest guest) {
    this.guest = guest;
  }

  void put(int slot, long address, int length, int id, int flags) {
    putAt(Guest.GUEST + Guest.DESCRIPTORS + 16L * slot, address, length, id, flags);
  }

  void putAt(long where, long address, int length, int id, int flags) {
    long at = guest.host(where);
    HostMemory.putLong(at, address);
    HostMemory.putInt(at + 8, length);
    HostMemory.putShort(at + 12, id);
    HostMemory.putShortRelease(at + 14, flags);
  }

  int length(int slot) {
    return HostMemory.getInt(at(slot) + 8);
  }

  int id(int slot) {
    return HostMemory.getUnsignedShort(at(slot) + 12);
  }

  int flags(int slot) {
    return HostMemory.getUnsignedShortAcquire(at(slot) + 14);
  }

  void flags(int slot, int flags) {
    HostMemory.putShortRelease(at(slot) + 14, flags);
  }

  private long at(int slot) {
    return guest.host(Guest.GUEST + Guest.DESCRIPTORS + 16L * slot);
  }

  /** What the driver wants: offset, wrap counter, flags. */
  void driverEvent(int offset, int wrap, int flags) {
    long at = guest.host(Guest.GUEST + Guest.AVAILABLE);
    HostMemory.putShort(at, offset | wrap << 15);
    HostMemory.putShort(at + 2, flags);
  }

  int deviceEventOffset() {
    return HostMemory.getUnsignedShort(guest.host(Guest.GUEST + Guest.USED)) & 0x7fff;
  }

  int deviceEventWrap() {
    return HostMemory.getUnsignedShort(guest.host(Guest.GUEST + Guest.USED)) >>> 15;
  }

  int deviceEventFlags() {
    return HostMemory.getUnsignedShort(guest.host(Guest.GUEST + Guest.USED) + 2);
  }
}
