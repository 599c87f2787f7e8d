package io.mooring.port.warmup;

import io.mooring.api.memory.DirtyLog;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Guest memory that has no guest: two regions, as most guests have more than one. */
final class SyntheticMemory implements AutoCloseable {

  private static final long GUEST = 0x10_0000;

  /** Of a migration log for the first 2 GiB of guest addresses. */
  private static final long LOG_BYTES = 1 << 16;

  private static final long USER = 0x7f00_0000_0000L;

  private final Os os;
  private final int descriptor;
  private final MemorySegment mapping;
  private final MemoryTable table;
  private final MemoryTable logged;
  private long used;

  /**
   * So much memory, and a log of it.
   *
   * @param most of what will be allocated, a multiple of 64 KiB
   */
  SyntheticMemory(Os os, long most) throws IOException {
    this.os = os;
    long bytes = most + LOG_BYTES;
    descriptor = os.memfd("mooring-warm-up", 2 * bytes);
    try {
      mapping = os.map(descriptor, 0, 2 * bytes);
    } catch (IOException failure) {
      os.close(descriptor);
      throw failure;
    }
    table = new MemoryTable(List.of(region(0, bytes), region(bytes, bytes)));
    logged = table.withLog(new DirtyLog(host(allocate(LOG_BYTES)), LOG_BYTES));
  }

  private MappedRegion region(long offset, long bytes) {
    // Apart in the guest's addresses, so that no buffer crosses from one to the other.
    long gap = offset == 0 ? 0 : GUEST;
    var region = new Region(GUEST + offset + gap, bytes, USER + offset + gap, offset);
    return new MappedRegion(region, mapping, mapping.address() + offset, descriptor);
  }

  MemoryTable table() {
    return table;
  }

  /** The same while it is logged what is written there. */
  MemoryTable logged() {
    return logged;
  }

  /** A range in the first region; its offset there. */
  long allocate(long bytes) {
    long at = used + 63 & -64;
    used = at + bytes;
    return at;
  }

  long host(long offset) {
    return mapping.address() + offset;
  }

  /** What a front-end calls it. */
  static long user(long offset) {
    return USER + offset;
  }

  /** What the guest calls it. */
  static long guest(long offset) {
    return GUEST + offset;
  }

  /** The guest address at the same offset in the second region. */
  long guestInSecond(long offset) {
    return table.regions().getLast().region().guestAddress() + offset;
  }

  @Override
  public void close() {
    os.unmap(mapping);
    os.close(descriptor);
  }
}
