package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventfdTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int F_SETFL = 4;

  private final Os os = new LinuxOs();

  @Test
  void aSignalIsDrainedOnce() throws IOException {
    int eventfd = os.eventfd();
    assertFalse(os.drain(eventfd));
    assertTrue(os.signal(eventfd));
    assertTrue(os.signal(eventfd));
    assertTrue(os.drain(eventfd));
    assertFalse(os.drain(eventfd));
    os.close(eventfd);
  }

  @Test
  void aFullCounterDoesNotBlock() throws IOException {
    int eventfd = os.eventfd();
    fill(eventfd);
    assertTrue(os.signal(eventfd));
    assertTrue(os.signal(eventfd));
    assertTrue(os.drain(eventfd));
    assertFalse(os.drain(eventfd));
    assertTrue(os.signal(eventfd));
    assertTrue(os.drain(eventfd));
    os.close(eventfd);
  }

  @Test
  void aPeersBlockingEventfdNeverBlocksUs() throws IOException {
    int theirs = blockingEventfd();
    assertTimeoutPreemptively(SOON, () -> assertFalse(os.drain(theirs)));

    int ours = os.duplicate(theirs);
    makeBlock(theirs);
    fill(ours);
    assertTrue(assertTimeoutPreemptively(SOON, () -> os.signal(ours)));
    os.close(ours);
    os.close(theirs);
  }

  /** Each signal leaves the kernel something to tell, for which it has room a hundred times. */
  @Test
  void signalsOfManyThreadsAllArrive() throws Exception {
    int[] eventfds = new int[8];
    Thread[] threads = new Thread[eventfds.length];
    for (int i = 0; i < threads.length; i++) {
      int mine = os.eventfd();
      eventfds[i] = mine;
      threads[i] = Thread.ofPlatform().start(() -> signal(mine, 5000));
    }
    for (int i = 0; i < threads.length; i++) {
      threads[i].join();
      assertEquals(5000, count(eventfds[i]));
      os.close(eventfds[i]);
    }
  }

  private void signal(int eventfd, int times) {
    for (int i = 0; i < times; i++) {
      os.signal(eventfd);
    }
  }

  @Test
  void whatWasStoppedStillSignals() throws IOException {
    LinuxOs going = new LinuxOs();
    int eventfd = going.eventfd();
    assertTrue(going.signal(eventfd));
    going.stop();
    assertTrue(going.signal(eventfd));
    assertEquals(2, count(eventfd));
    going.close(eventfd);
  }

  @Test
  void aBrokenDescriptorIsNotSignalled() {
    assertFalse(os.signal(-1));
    assertFalse(os.drain(-1));
    assertFalse(os.signal(1_000_000));
  }

  @Test
  void signallingAllocatesNothing() throws IOException {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int eventfd = os.eventfd();
    signalAndDrain(eventfd, 20_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    signalAndDrain(eventfd, 10_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 10_000, () -> allocated + " bytes in 20000 calls");
    os.close(eventfd);
  }

  private void signalAndDrain(int eventfd, int times) {
    int taken = 0;
    for (int i = 0; i < times; i++) {
      taken += os.signal(eventfd) && os.drain(eventfd) ? 1 : 0;
    }
    assertEquals(times, taken);
  }

  private static void fill(int eventfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment most = arena.allocateFrom(ValueLayout.JAVA_LONG, -2);
      assertEquals(Long.BYTES, (long) libc("write").invokeExact(eventfd, most, 8L));
    } catch (Throwable e) {
      throw SystemCall.unexpected(e);
    }
  }

  private static long count(int eventfd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
      assertEquals(Long.BYTES, (long) libc("read").invokeExact(eventfd, count, 8L));
      return count.get(ValueLayout.JAVA_LONG, 0);
    } catch (Throwable e) {
      throw SystemCall.unexpected(e);
    }
  }

  private static void makeBlock(int eventfd) {
    MethodHandle control =
        SystemCall.variadic(
            "fcntl",
            2,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    try {
      assertEquals(0, (int) control.invokeExact(eventfd, F_SETFL, 0));
    } catch (Throwable e) {
      throw SystemCall.unexpected(e);
    }
  }

  private static int blockingEventfd() {
    MethodHandle make =
        SystemCall.function(
            "eventfd",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      return (int) make.invokeExact(0, 0);
    } catch (Throwable e) {
      throw SystemCall.unexpected(e);
    }
  }

  private static MethodHandle libc(String name) {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().find(name).orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG));
  }
}
