package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who runs on the processor that a worker is pinned to. */
final class PinnedWorkersTest {

  @Test
  void aPinnedWorkersProcessorIsItsOwnAlsoAfterAnUpgrade() throws IOException {
    String last = Integer.toString(Runtime.getRuntime().availableProcessors() - 1);
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "p=" + scratch.file("p"), "--cores", last)) {
      assertKeptFree(last, mooring);
      mooring.upgrade();
      assertKeptFree(last, mooring);
      mooring.stop();
    }
  }

  private static void assertKeptFree(String last, MooringProcess mooring) throws IOException {
    Map<String, Set<String>> threads = threads(mooring.pid());
    assertEquals(Set.of(last), threads.get("worker-0"));
    assertEquals(Set.of(last), threads.get("VM Thread"), "works while the worker stands still");
    threads.keySet().removeAll(Set.of("worker-0", "VM Thread"));
    assertTrue(threads.size() > 5, threads::toString);
    threads.forEach((name, processors) ->
        assertTrue(
            processors.stream().noneMatch(each -> holds(each, last)),
            "%s runs on %s, which leave out %s".formatted(name, processors, last)));
  }

  /** Of a list as the kernel writes it. */
  private static boolean holds(String list, String processor) {
    int wanted = Integer.parseInt(processor);
    return Stream.of(list.split(",", -1))
        .map(range -> range.split("-", 2))
        .anyMatch(ends ->
            Integer.parseInt(ends[0]) <= wanted
                && wanted <= Integer.parseInt(ends[ends.length - 1]));
  }

  /** The processors of all threads but the first, which only waits for the others, by name. */
  private static Map<String, Set<String>> threads(long pid) throws IOException {
    var threads = new TreeMap<String, Set<String>>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : tasks.toList()) {
        if (!task.endsWith(Long.toString(pid))) {
          List<String> status = Files.readAllLines(task.resolve("status"));
          threads
              .computeIfAbsent(value(status, "Name:"), any -> new TreeSet<>())
              .add(value(status, "Cpus_allowed_list:"));
        }
      }
    }
    return threads;
  }

  private static String value(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst()
        .orElseThrow();
  }
}
