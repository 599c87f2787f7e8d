package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The scheduler's account of a process's threads at one moment (/proc/PID/task/TID/schedstat). */
final class Threads {

  /**
   * A thread's time.
   *
   * @param running nanoseconds on a processor
   * @param waiting nanoseconds ready to run while others had the processor
   */
  record Time(long running, long waiting) {

    /** Reads a {@code schedstat} line. */
    static Time parse(String line) {
      String[] fields = line.strip().split(" ", -1);
      return new Time(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
    }

    private Time since(Time before) {
      return new Time(running - before.running, waiting - before.waiting);
    }
  }

  private static final Time NONE = new Time(0, 0);

  private final Map<String, Time> times = new HashMap<>();

  private Threads() {}

  static Threads of(long pid) throws BenchException {
    var threads = new Threads();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : tasks.toList()) {
        threads.read(task);
      }
    } catch (IOException exception) {
      throw BenchException.failed(
          "cannot read the threads of process %d: %s".formatted(pid, exception));
    }
    return threads;
  }

  private void read(Path task) throws IOException {
    Path file = task.resolve("schedstat");
    try {
      times.put(task.getFileName().toString(), Time.parse(Files.readString(file)));
    } catch (IOException exception) {
      if (Files.exists(task)) {
        throw exception;
      }
      // The thread ended meanwhile; it is none that forwards.
    }
  }

  /** What the thread that ran most since then did: the one that forwards frames. */
  Time busiestSince(Threads before) {
    return times.entrySet().stream()
        .map(each -> each.getValue().since(before.times.getOrDefault(each.getKey(), NONE)))
        .reduce(NONE, (a, b) -> b.running > a.running ? b : a);
  }

  /** For tests: the times of threads by their name. */
  static Threads of(Map<String, Time> given) {
    var threads = new Threads();
    threads.times.putAll(given);
    return threads;
  }
}
