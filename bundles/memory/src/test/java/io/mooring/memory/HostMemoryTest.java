package io.mooring.memory;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.linux.LinuxOs;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compiled code that reads memory which a front-end truncated goes on for a while, with what the
 * register held that should have had the value. When this test ends the JVM, a front-end can.
 */
class HostMemoryTest {

  private static final int UNTIL_COMPILED = 500_000;
  private static final int SIZE = 4096;

  private final Os os = new LinuxOs();
  private final GuestMemory memory = new FileBackedMemory(os);
  private final long[] value = new long[1];
  private int file;
  private MappedRegion region;

  /** What is read, and the least and the most that it can be. */
  enum Read {
    UNSIGNED_SHORT(0, 0xffff) {
      @Override
      void read(long address, long[] value) {
        value[0] = HostMemory.getUnsignedShort(address);
      }
    },
    PUBLISHED_SHORT(0, 0xffff) {
      @Override
      void read(long address, long[] value) {
        value[0] = HostMemory.getUnsignedShortAcquire(address);
      }
    },
    BYTE(Byte.MIN_VALUE, Byte.MAX_VALUE) {
      @Override
      void read(long address, long[] value) {
        value[0] = HostMemory.getByte(address);
      }
    },
    INT(Integer.MIN_VALUE, Integer.MAX_VALUE) {
      @Override
      void read(long address, long[] value) {
        value[0] = HostMemory.getInt(address);
      }
    };

    private final long least;
    private final long most;

    Read(long least, long most) {
      this.least = least;
      this.most = most;
    }

    abstract void read(long address, long[] value);
  }

  @BeforeEach
  void guestMemory() throws IOException {
    file = os.memfd("mooring-guest", SIZE);
    region = memory.map(new Region(0, SIZE, 0, 0), file);
  }

  @AfterEach
  void giveBack() throws IOException {
    memory.unmap(region);
    os.close(file);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadOfTruncatedMemoryIsOfItsType(Read read) throws IOException {
    for (int i = 0; i < UNTIL_COMPILED; i++) {
      // Each is compiled by itself, as none is the only one that this loop knows.
      for (Read each : Read.values()) {
        each.read(region.hostAddress(), value);
      }
    }
    truncate();
    assertThrows(InternalError.class, () -> read.read(region.hostAddress(), value));
    assertTrue(read.least <= value[0] && value[0] <= read.most, read + " is " + value[0]);
  }

  @Test
  void everyOtherAccessToTruncatedMemoryThrows() throws IOException {
    Map<String, LongConsumer> accesses =
        Map.ofEntries(
            entry("getLong", at -> value[0] = HostMemory.getLong(at)),
            entry("getLongAcquire", at -> value[0] = HostMemory.getLongAcquire(at)),
            entry("putByte", at -> HostMemory.putByte(at, (byte) 1)),
            entry("putShort", at -> HostMemory.putShort(at, 2)),
            entry("putShortRelease", at -> HostMemory.putShortRelease(at, 3)),
            entry("putInt", at -> HostMemory.putInt(at, 4)),
            entry("putLong", at -> HostMemory.putLong(at, 5)),
            entry("putLongRelease", at -> HostMemory.putLongRelease(at, 6)),
            entry("orInt", at -> HostMemory.orInt(at, 7)),
            entry("copy of 60 bytes", at -> HostMemory.copy(at, at + 1024, 60)),
            entry("copy of 1514 bytes", at -> HostMemory.copy(at, at + 2048, 1514)),
            entry("clear of 12 bytes", at -> HostMemory.clear(at, 12)),
            entry("clear of 1514 bytes", at -> HostMemory.clear(at, 1514)));
    for (int i = 0; i < UNTIL_COMPILED; i++) {
      accesses.values().forEach(each -> each.accept(region.hostAddress()));
    }
    truncate();
    accesses.forEach((name, access) ->
        assertThrows(InternalError.class, () -> access.accept(region.hostAddress()), name));
  }

  private void truncate() throws IOException {
    try (var stream = new FileOutputStream("/proc/self/fd/" + file, true)) {
      stream.getChannel().truncate(0);
    }
  }
}
