package io.mooring.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long a thread was ready to run while others had its processor, asked of the scheduler a
 * thousand times a second ({@code schedstat}), on a thread of its own.
 */
final class ProcessorWaits implements AutoCloseable {

  private static final long PERIOD_NANOS = 1_000_000;
  private static final int MOST_SAMPLES = 1 << 18;
  private static final int LONGEST_LINE = 80;

  private final RandomAccessFile file;
  private final long[] times = new long[MOST_SAMPLES];
  private final long[] waited = new long[MOST_SAMPLES];
  private final Thread thread;
  private volatile int samples;
  private volatile boolean closed;

  /**
   * Begins.
   *
   * @param pid the process
   * @param name what the thread's name begins with
   */
  ProcessorWaits(long pid, String name) throws BenchException {
    try {
      file = new RandomAccessFile(task(pid, name).resolve("schedstat").toFile(), "r");
    } catch (IOException refused) {
      throw BenchException.failed(
          "cannot read of thread %s of process %d: %s".formatted(name, pid, refused.getMessage()));
    }
    thread = Thread.ofPlatform().name("waits").daemon().start(this::run);
  }

  private static Path task(long pid, String name) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path each : tasks.toList()) {
        if (name(each).startsWith(name)) {
          return each;
        }
      }
    }
    throw new IOException("it is not there");
  }

  /** Empty for a thread that has ended meanwhile. */
  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException ended) {
      return "";
    }
  }

  private void run() {
    byte[] line = new byte[LONGEST_LINE];
    try {
      for (int i = 0; i < MOST_SAMPLES && !closed; i++) {
        file.seek(0);
        int bytes = Math.max(file.read(line), 0);
        String text = new String(line, 0, bytes, StandardCharsets.US_ASCII);
        waited[i] = Threads.Time.parse(text).waiting();
        times[i] = System.nanoTime();
        samples = i + 1;
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    } catch (IOException ended) {
      // The thread has ended, and waits no longer.
    }
  }

  /** For how many nanoseconds of a span it waited, to the millisecond at either end. */
  long within(long from, long to) {
    int now = samples;
    return within(Arrays.copyOf(times, now), Arrays.copyOf(waited, now), from, to);
  }

  /**
   * The same of samples.
   *
   * @param times nanoseconds, ascending
   * @param waited nanoseconds so far
   */
  static long within(long[] times, long[] waited, long from, long to) {
    int first = 0;
    while (first + 1 < times.length && times[first + 1] <= from) {
      first++;
    }
    int last = first;
    while (last + 1 < times.length && times[last] < to) {
      last++;
    }
    return times.length == 0 ? 0 : Math.min(waited[last] - waited[first], to - from);
  }

  @Override
  public void close() throws BenchException {
    closed = true;
    try {
      thread.join();
      file.close();
    } catch (IOException failure) {
      throw BenchException.failed(failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
