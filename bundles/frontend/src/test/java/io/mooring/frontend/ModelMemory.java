package io.mooring.frontend;

import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Guest memory as a back-end maps it: slow, simple, byte by byte, with mappings of its own. */
final class ModelMemory {

  private record Mapped(Region region, MemorySegment bytes) {}

  private final Os os;
  private final List<Mapped> mapped = new ArrayList<>();
  private final List<MemorySegment> mappings = new ArrayList<>();

  ModelMemory(Os os) {
    this.os = os;
  }

  static ModelMemory of(Os os, GuestRam ram) throws IOException {
    ModelMemory memory = new ModelMemory(os);
    for (GuestRam.Block block : ram.blocks()) {
      memory.add(block.region(), block.descriptor());
    }
    return memory;
  }

  void add(Region region, int descriptor) throws IOException {
    MemorySegment whole = os.map(descriptor, 0, region.mmapOffset() + region.size());
    mappings.add(whole);
    mapped.add(new Mapped(region, whole.asSlice(region.mmapOffset(), region.size())));
  }

  void remove(Region region) {
    mapped.removeIf(each -> each.region().equals(region));
  }

  int regions() {
    return mapped.size();
  }

  void close() {
    mappings.forEach(os::unmap);
  }

  /** The guest address of a user address. */
  long guest(long user) {
    for (Mapped each : mapped) {
      long offset = user - each.region().userAddress();
      if (offset >= 0 && offset < each.region().size()) {
        return each.region().guestAddress() + offset;
      }
    }
    throw new AssertionError("user address 0x%x is not mapped".formatted(user));
  }

  ByteBuffer read(long guest, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      Mapped at = at(guest + i);
      bytes[i] = at.bytes().get(ValueLayout.JAVA_BYTE, guest + i - at.region().guestAddress());
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void write(long guest, byte... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      Mapped at = at(guest + i);
      at.bytes().set(ValueLayout.JAVA_BYTE, guest + i - at.region().guestAddress(), bytes[i]);
    }
  }

  int unsignedShort(long guest) {
    return Short.toUnsignedInt(read(guest, 2).getShort());
  }

  void putShort(long guest, int value) {
    write(guest, (byte) value, (byte) (value >> 8));
  }

  void putInt(long guest, int value) {
    putShort(guest, value);
    putShort(guest + 2, value >> 16);
  }

  private Mapped at(long guest) {
    for (Mapped each : mapped) {
      long offset = guest - each.region().guestAddress();
      if (offset >= 0 && offset < each.region().size()) {
        return each;
      }
    }
    throw new AssertionError("guest address 0x%x is not mapped".formatted(guest));
  }
}
