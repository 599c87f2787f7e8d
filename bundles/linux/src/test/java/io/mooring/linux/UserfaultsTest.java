package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page that is not there yet. */
@Timeout(30)
class UserfaultsTest {

  private static final int PATIENCE_MILLIS = 10_000;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MEMSET =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("memset"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));

  private final Os os = new LinuxOs();

  /** In native code, so that the virtual machine does not wait for the thread. */
  private static void touch(MemorySegment page) {
    try {
      long ignored = (long) MEMSET.invokeExact(page, 7, 1L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Whether a process may have a userfaultfd is its host's to say; root may always. */
  @Test
  void whoTouchesAMissingPageWaitsUntilItIsResolved() throws Exception {
    int userfaultfd;
    try {
      userfaultfd = os.userfaultfd();
    } catch (IOException refused) {
      assertTrue(refused.getMessage().startsWith("make a userfaultfd: "), refused.getMessage());
      return;
    }
    int file = os.memfd("postcopy", 8192);
    MemorySegment mapping = os.map(file, 0, 8192);
    touch(mapping);
    os.register(userfaultfd, mapping, 4096);
    touch(mapping);
    Thread toucher = Thread.ofPlatform().start(() -> touch(mapping.asSlice(4096)));
    try (Poller poller = os.poller()) {
      poller.add(userfaultfd);
      assertEquals(1, poller.await(new int[1], PATIENCE_MILLIS), "no fault was told");
      assertTrue(toucher.isAlive());
      poller.remove(userfaultfd);
    } finally {
      os.close(userfaultfd);
    }
    toucher.join(PATIENCE_MILLIS);
    assertFalse(toucher.isAlive(), "closing the userfaultfd did not let the thread go on");
    assertEquals(7, mapping.get(ValueLayout.JAVA_BYTE, 4096));
    os.unmap(mapping);
    os.close(file);
  }
}
