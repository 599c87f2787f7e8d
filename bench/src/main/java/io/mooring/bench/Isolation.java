package io.mooring.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Keeps all threads of other processes and of the kernel off a processor until it is closed, as
 * {@code isolcpus} does on a host that forwards frames. Those stay that have no other, and all do
 * where the right to move them is missing.
 */
final class Isolation implements AutoCloseable {

  private static final Path PROCESSES = Path.of("/proc");

  /** Where each thread that was moved was allowed to run, by its number. */
  private final Map<String, String> before = new HashMap<>();

  /** Of nothing yet. */
  Isolation() {}

  /**
   * Begins.
   *
   * @param pid the process that the processor is for
   */
  static Isolation of(int processor, long pid) throws BenchException {
    var isolation = new Isolation();
    try {
      isolation.begin(processor, Long.toString(pid));
      return isolation;
    } catch (IOException | InterruptedException failure) {
      isolation.close();
      throw BenchException.failed("cannot isolate processor %d: %s".formatted(processor, failure));
    }
  }

  /** How many threads were moved. */
  int moved() {
    return before.size();
  }

  private void begin(int processor, String pid) throws IOException, InterruptedException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        if (!process.endsWith(pid)) {
          moveAll(process.resolve("task"), processor);
        }
      }
    }
  }

  /** Moves the threads of a process off a processor. */
  void moveAll(Path tasks, int processor) throws IOException, InterruptedException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        String allowed = Processors.allowed(Files.readString(thread.resolve("status")));
        String number = thread.getFileName().toString();
        if (isolable(allowed, processor) && bind(number, without(allowed, processor))) {
          before.put(number, allowed);
        }
      }
    } catch (IOException gone) {
      if (Files.exists(tasks)) {
        throw gone;
      }
    }
  }

  private static boolean isolable(String allowed, int processor) {
    SortedSet<Integer> all = Processors.parse(allowed);
    return all.size() > 1 && all.contains(processor);
  }

  /** A list of processors as the kernel writes it, less one. */
  static String without(String allowed, int processor) {
    var rest = new TreeSet<>(Processors.parse(allowed));
    rest.remove(processor);
    return rest.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static boolean bind(String thread, String processors)
      throws IOException, InterruptedException {
    return new ProcessBuilder(List.of("taskset", "--cpu-list", "--pid", processors, thread))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Override
  public void close() throws BenchException {
    try {
      for (var each : before.entrySet()) {
        // It may have ended.
        bind(each.getKey(), each.getValue());
      }
    } catch (IOException failure) {
      throw BenchException.failed("threads stay off a processor: " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
