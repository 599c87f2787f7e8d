package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of a pipe, with and without somebody at the other. */
@Timeout(30)
class StreamsTest {

  private static final int PATIENCE_MILLIS = 5000;

  private final Os os = new LinuxOs();
  private final int reading;
  private final int writing;

  StreamsTest() throws Throwable {
    Linker linker = Linker.nativeLinker();
    var pipe =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("pipe"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      assertEquals(0, (int) pipe.invokeExact(ends));
      reading = ends.getAtIndex(ValueLayout.JAVA_INT, 0);
      writing = ends.getAtIndex(ValueLayout.JAVA_INT, 1);
    }
  }

  @Test
  void whatIsWrittenIsReadUpToTheEnd() throws IOException {
    os.write(writing, new byte[] {1, 2, 3}, PATIENCE_MILLIS);
    os.close(writing);
    byte[] bytes = new byte[8];
    assertEquals(3, os.read(reading, bytes, 2, PATIENCE_MILLIS));
    assertArrayEquals(new byte[] {0, 0, 1, 2, 3, 0, 0, 0}, bytes);
    assertEquals(-1, os.read(reading, bytes, 0, PATIENCE_MILLIS));
    os.close(reading);
  }

  @Test
  void whoReadsWaitsForABoundedTime() throws IOException {
    assertEquals(0, os.read(reading, new byte[8], 0, 20));
    os.close(reading);
    os.close(writing);
  }

  /** A pipe holds 64 KiB. */
  @Test
  void whoWritesWaitsForABoundedTime() {
    var late = assertThrows(IOException.class, () -> os.write(writing, new byte[1 << 20], 20));
    assertTrue(late.getMessage().contains("nobody read for 20 ms"), late.getMessage());
    os.close(reading);
    os.close(writing);
  }

  @Test
  void moreThanAPipeHoldsGoesThroughWhenSomebodyReads() throws Exception {
    byte[] all = new byte[300_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] got = new byte[all.length];
    Thread reader = Thread.ofPlatform().start(() -> readAll(got));
    os.write(writing, all, PATIENCE_MILLIS);
    reader.join();
    assertArrayEquals(all, got);
    os.close(reading);
    os.close(writing);
  }

  private void readAll(byte[] into) {
    try {
      for (int done = 0; done < into.length; ) {
        done += os.read(reading, into, done, PATIENCE_MILLIS);
      }
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void whoWritesToNobodyIsTold() {
    os.close(reading);
    assertThrows(IOException.class, () -> os.write(writing, new byte[1], PATIENCE_MILLIS));
    os.close(writing);
  }
}
