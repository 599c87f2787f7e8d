package io.mooring.memory;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    try (var stream = new FileOutputStream("/proc/self/fd/" + file, true)) {
      stream.getChannel().truncate(0);
    }
    assertThrows(InternalError.class, () -> read.read(region.hostAddress(), value));
    assertTrue(read.least <= value[0] && value[0] <= read.most, read + " is " + value[0]);
  }
}
