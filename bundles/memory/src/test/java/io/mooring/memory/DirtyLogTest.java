package io.mooring.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.memory.DirtyLog;
import io.mooring.api.memory.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Pages are marked as the vhost-user document says, and never a byte outside the bitmap. */
class DirtyLogTest {

  private static final int GUARD = 64;
  private static final long PAGE = DirtyLog.PAGE;

  private final Arena arena = Arena.ofAuto();

  @Test
  void thePagesOfARangeAreMarked() {
    byte[] bitmap = mark(2, 0, 3 * PAGE + 1, PAGE);
    assertEquals(0b1_1000, bitmap[0]);
    assertEquals(0b0000_0010, mark(2, 0, 9 * PAGE, 1)[1]);
    assertEquals((byte) 0b1000_0000, mark(2, 0, 8 * PAGE - 1, 1)[0]);
  }

  @Test
  void anEmptyRangeMarksNothing() {
    for (long length : new long[] {0, -1, Long.MIN_VALUE}) {
      assertEquals(0, mark(2, 0, PAGE, length)[0]);
    }
  }

  @Test
  void aBitmapOfNoBytesIsLeftAlone() {
    for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
      new DirtyLog(0, bytes).mark(0, Long.MAX_VALUE);
    }
  }

  /** CVE-2020-10722 of another back-end: address and size whose sum overflows. */
  @Property(tries = 2000)
  void anyRangeMarksItsPagesInTheBitmapAndNothingElse(
      @ForAll("addresses") long address,
      @ForAll("lengths") long length,
      @ForAll @IntRange(min = 1, max = 40) int bytes,
      @ForAll @IntRange(min = 0, max = 7) int start) {
    byte[] bitmap = mark(bytes, start, address, length);
    BitSet expected = new BitSet();
    BigInteger from = new BigInteger(Long.toUnsignedString(address));
    BigInteger end = from.add(BigInteger.valueOf(Math.max(length, 0)));
    for (int page = 0; page < 8 * bytes; page++) {
      BigInteger first = BigInteger.valueOf(page * PAGE);
      boolean touched =
          length > 0
              && from.compareTo(first.add(BigInteger.valueOf(PAGE))) < 0
              && end.compareTo(first) > 0;
      expected.set(page, touched);
    }
    assertEquals(expected, BitSet.valueOf(bitmap));
  }

  @Test
  void threadsThatMarkNeighboursLoseNoMark() throws InterruptedException {
    MemorySegment memory = arena.allocate(1024, 8);
    var log = new DirtyLog(memory.address(), 1024);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int first = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long page = first; page < 8 * 1024; page += 4) {
                  log.mark(page * PAGE, 1);
                }
              }));
    }
    for (Thread each : threads) {
      each.join();
    }
    for (int i = 0; i < 1024; i++) {
      assertEquals(-1, HostMemory.getByte(memory.address() + i), "byte " + i);
    }
  }

  /** A bitmap of so many bytes that starts at any address, in memory that must stay as it is. */
  private byte[] mark(int bytes, int start, long address, long length) {
    byte[] memory = new byte[GUARD + start + bytes + GUARD];
    Arrays.fill(memory, (byte) 0x5a);
    Arrays.fill(memory, GUARD + start, GUARD + start + bytes, (byte) 0);
    MemorySegment segment = arena.allocate(memory.length, 8);
    MemorySegment.copy(MemorySegment.ofArray(memory), 0, segment, 0, memory.length);

    var log = new DirtyLog(segment.address() + GUARD + start, bytes);
    log.settle();
    log.mark(address, length);

    byte[] after = segment.toArray(ValueLayout.JAVA_BYTE);
    byte[] bitmap = Arrays.copyOfRange(after, GUARD + start, GUARD + start + bytes);
    System.arraycopy(memory, GUARD + start, after, GUARD + start, bytes);
    assertEquals(Arrays.toString(memory), Arrays.toString(after), "outside the bitmap");
    return bitmap;
  }

  @Provide
  Arbitrary<Long> addresses() {
    return Arbitraries.oneOf(
        Arbitraries.longs(),
        Arbitraries.longs().between(0, 400 * PAGE),
        Arbitraries.longs().between(-3 * PAGE, -1));
  }

  @Provide
  Arbitrary<Long> lengths() {
    return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(0, 20 * PAGE));
  }
}
