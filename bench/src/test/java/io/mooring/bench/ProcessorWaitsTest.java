package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessorWaitsTest {

  /** Waits from 20 to 40, and from 60 to 65. */
  private static final long[] TIMES = {0, 10, 20, 30, 40, 50, 60, 70};

  private static final long[] WAITED = {100, 100, 100, 110, 120, 120, 120, 125};

  @Test
  void itIsWhatWasAddedInTheSpan() {
    assertEquals(20, ProcessorWaits.within(TIMES, WAITED, 15, 45));
    assertEquals(25, ProcessorWaits.within(TIMES, WAITED, 0, 70));
    assertEquals(0, ProcessorWaits.within(TIMES, WAITED, 41, 49));
  }

  @Test
  void itIsNoLongerThanTheSpan() {
    assertEquals(3, ProcessorWaits.within(TIMES, WAITED, 21, 24));
  }

  @Test
  void withoutSamplesNothingIsKnown() {
    assertEquals(0, ProcessorWaits.within(new long[0], new long[0], 0, 10));
  }

  @Test
  void aThreadOfThisProcessIsFound() throws BenchException, InterruptedException {
    var named = new CountDownLatch(1);
    Thread thread = Thread.ofPlatform().name("waited-for").daemon().start(() -> park(named));
    named.await();
    long begin = System.nanoTime();
    try (var waits = new ProcessorWaits(ProcessHandle.current().pid(), "waited-for")) {
      Thread.sleep(20);
      assertTrue(waits.within(begin, System.nanoTime()) >= 0);
    } finally {
      thread.interrupt();
    }
  }

  /** By then the system knows the thread's name. */
  private static void park(CountDownLatch named) {
    named.countDown();
    try {
      Thread.sleep(10_000);
    } catch (InterruptedException interrupted) {
      // The test is over.
    }
  }

  @Test
  void aThreadThatIsNotThereIsNamed() {
    BenchException e =
        assertThrows(
            BenchException.class,
            () -> new ProcessorWaits(ProcessHandle.current().pid(), "no such thread"));
    assertTrue(e.getMessage().contains("no such thread"), e.getMessage());
  }
}
