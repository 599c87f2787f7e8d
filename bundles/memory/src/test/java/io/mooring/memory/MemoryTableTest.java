package io.mooring.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What hostile addresses and lengths get from a table of two adjacent regions. */
class MemoryTableTest {

  private static final long START = 0x1000;
  private static final long SIZE = 0x100;
  private static final long HOST = 0x7000_0000_0000L;
  private static final long OTHER_HOST = 0x6000_0000_0000L;
  private static final long[] HOSTILE = {
    -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE - 1, 1L << 32, -4096
  };

  private final MemoryTable table =
      new MemoryTable(
          List.of(region(START + SIZE, 0x9000, OTHER_HOST), region(START, 0x8000, HOST)));

  @Test
  void aRangeInsideARegionIsTranslated() {
    assertEquals(HOST, table.guestToHost(START, SIZE));
    assertEquals(HOST + SIZE - 1, table.guestToHost(START + SIZE - 1, 1));
    assertEquals(HOST + 5, table.userToHost(0x8005, 1));
    assertEquals(OTHER_HOST, table.guestToHost(START + SIZE, SIZE));
  }

  @Test
  void oneByteTooManyIsNotEvenWhenTheNextRegionIsAdjacent() {
    assertEquals(MemoryTable.NONE, table.guestToHost(START, SIZE + 1));
    assertEquals(MemoryTable.NONE, table.guestToHost(START - 1, 2));
    assertEquals(MemoryTable.NONE, table.guestToHost(START + 2 * SIZE - 1, 2));
  }

  @Test
  void anEmptyRangeMustStillStartInside() {
    assertEquals(HOST, table.guestToHost(START, 0));
    assertEquals(MemoryTable.NONE, table.guestToHost(START - 1, 0));
    assertEquals(MemoryTable.NONE, table.guestToHost(START + 2 * SIZE, 0));
  }

  @Test
  void noHostileValueIsTranslated() {
    for (long hostile : HOSTILE) {
      assertEquals(MemoryTable.NONE, table.guestToHost(START, hostile));
      assertEquals(MemoryTable.NONE, table.guestToHost(START + 1, hostile));
      assertEquals(MemoryTable.NONE, table.guestToHost(hostile, 1));
      assertEquals(MemoryTable.NONE, table.userToHost(hostile, 1));
      assertEquals(0, table.contiguous(hostile));
      for (long length : HOSTILE) {
        assertEquals(MemoryTable.NONE, table.guestToHost(hostile, length));
      }
    }
  }

  @Test
  void theBytesThatFollowInARegionAreCounted() {
    assertEquals(SIZE, table.contiguous(START));
    assertEquals(1, table.contiguous(START + SIZE - 1));
    assertEquals(SIZE, table.contiguous(START + SIZE));
    assertEquals(0, table.contiguous(START - 1));
    assertEquals(0, table.contiguous(START + 2 * SIZE));
  }

  @Test
  void anEmptyTableHoldsNothing() {
    assertEquals(MemoryTable.NONE, MemoryTable.EMPTY.guestToHost(0, 0));
    assertEquals(MemoryTable.NONE, MemoryTable.EMPTY.userToHost(0, 1));
    assertEquals(0, MemoryTable.EMPTY.contiguous(0));
  }

  private static MappedRegion region(long guest, long user, long host) {
    return new MappedRegion(new Region(guest, SIZE, user, 0), MemorySegment.NULL, host, -1);
  }
}
