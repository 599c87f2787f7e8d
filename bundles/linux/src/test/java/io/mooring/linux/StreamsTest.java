package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of a pipe, with and without somebody at the other. */
@Timeout(30)
class StreamsTest {

  private static final int PATIENCE_MILLIS = 5000;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;

  private final Os os = new LinuxOs();
  private final int reading;
  private final int writing;

  StreamsTest() throws Throwable {
    Linker linker = Linker.nativeLinker();
    var pipe =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("pipe"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      assertEquals(0, (int) pipe.invokeExact(ends));
      reading = ends.getAtIndex(JAVA_INT, 0);
      writing = ends.getAtIndex(JAVA_INT, 1);
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
  void whatWaitsIsReadableAgainAndAgainAndSoIsTheEnd() throws IOException {
    assertFalse(os.awaitReadable(reading, 20), "of nothing");
    os.write(writing, new byte[] {1}, PATIENCE_MILLIS);
    assertTrue(os.awaitReadable(reading, PATIENCE_MILLIS), "of a byte");
    assertTrue(os.awaitReadable(reading, 0), "of the same byte");
    assertEquals(1, os.read(reading, new byte[8], 0, 0));
    assertFalse(os.awaitReadable(reading, 0), "of a byte that was read");
    os.close(writing);
    assertTrue(os.awaitReadable(reading, PATIENCE_MILLIS), "of the end");
    os.close(reading);
  }

  @Test
  void whoWaitsForBytesIsWokenByAnEventfd() throws IOException {
    int wake = os.eventfd();
    assertFalse(os.awaitReadable(reading, wake, 20), "of nothing");
    os.signal(wake);
    assertFalse(os.awaitReadable(reading, wake, Integer.MAX_VALUE), "of nothing, when woken");
    os.write(writing, new byte[] {1}, PATIENCE_MILLIS);
    assertTrue(os.awaitReadable(reading, wake, PATIENCE_MILLIS), "of a byte, when woken too");
    os.close(wake);
    os.close(writing);
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

  /** A socket of a small buffer is writable for less than a message, and a blocking one waits. */
  @Test
  void whoWritesToABlockingSocketWaitsForABoundedTime() throws Throwable {
    int[] ends = pair();
    shrink(ends[0]);
    var late = assertThrows(IOException.class, () -> os.write(ends[0], new byte[1 << 20], 20));
    assertTrue(late.getMessage().contains("nobody read for 20 ms"), late.getMessage());
    os.close(ends[0]);
    os.close(ends[1]);
  }

  private static int[] pair() throws Throwable {
    MethodHandle socketpair =
        SystemCall.function(
            "socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      assertEquals(0, (int) socketpair.invokeExact(AF_UNIX, SOCK_STREAM, 0, ends));
      return ends.toArray(JAVA_INT);
    }
  }

  private static void shrink(int socket) throws Throwable {
    MethodHandle setsockopt =
        SystemCall.function(
            "setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_INT, 1);
      assertEquals(0, (int) setsockopt.invokeExact(socket, SOL_SOCKET, SO_SNDBUF, bytes, 4));
    }
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
