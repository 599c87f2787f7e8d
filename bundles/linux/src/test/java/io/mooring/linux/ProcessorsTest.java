package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProcessorsTest {

  private final Os os = new LinuxOs();

  @Test
  void pinningOneThreadTakesNothingFromTheProcess() throws Exception {
    int[] all = os.processors();
    int last = all[all.length - 1];
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      String allowed =
          worker
              .submit(() -> {
                os.pinCurrentThread(last);
                assertArrayEquals(all, os.processors());
                return allowedHere();
              })
              .get();
      assertEquals(Integer.toString(last), allowed);
    }
    assertTrue(all.length >= Runtime.getRuntime().availableProcessors());
  }

  @Test
  void threadsOfANameAreBoundAndNoOthers() throws Exception {
    int last = os.processors()[os.processors().length - 1];
    var bound = new CountDownLatch(1);
    try (ExecutorService named =
            Executors.newFixedThreadPool(2, task -> new Thread(task, "bound-thread"));
        ExecutorService other =
            Executors.newFixedThreadPool(1, task -> new Thread(task, "other"))) {
      Callable<String> allowed =
          () -> {
            bound.await();
            return allowedHere();
          };
      List<Future<String>> answers = List.of(named.submit(allowed), named.submit(allowed));
      Future<String> others = other.submit(allowed);
      String before = allowedHere();
      os.bindThreads("bound-th", new int[] {last});
      bound.countDown();
      for (Future<String> each : answers) {
        assertEquals(Integer.toString(last), each.get());
      }
      assertEquals(before, others.get());
    }
  }

  @Test
  void aProcessorThatIsNotThereIsNamed() {
    for (int bad : List.of(-1, 8191, 8192, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
      IOException e = assertThrows(IOException.class, () -> os.pinCurrentThread(bad));
      assertTrue(e.getMessage().startsWith("pin a thread to processor " + bad + ": "));
    }
  }

  private static String allowedHere() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.substring("Cpus_allowed_list:".length()).trim())
        .findFirst()
        .orElseThrow();
  }
}
