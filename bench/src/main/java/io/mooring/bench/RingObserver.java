package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Watches frames being delivered without asking either side: reads the rings' indices out of the
 * driver's own memory, some ten thousand times a second, on a thread of its own.
 */
final class RingObserver implements AutoCloseable {

  private static final long PERIOD_NANOS = 75_000;

  /** Of a path: both indices of the ring that it leads to, and of the one that it comes from. */
  private static final int WORDS = 4;

  private static final int MOST_SAMPLES = 1 << 20;

  /** On a busy processor it takes a while to come first. */
  private static final Duration START = Duration.ofSeconds(30);

  /**
   * The shortest rest takes some 60 microseconds: more than what has a method compiled for good.
   */
  private static final int RESTS_TO_PREPARE = 120_000;

  private final RemoteWords words;
  private final int count;
  private final long[] times = new long[MOST_SAMPLES];
  private final long[] frames = new long[MOST_SAMPLES];
  private final byte[] moved = new byte[MOST_SAMPLES];
  private final byte[] stuck = new byte[MOST_SAMPLES];
  private final int[] last;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread;
  private long total;
  private volatile int samples;
  private volatile boolean closed;

  private RingObserver(long pid, List<FramePath> paths) throws BenchException {
    count = paths.size();
    last = new int[count];
    long[] addresses =
        paths.stream()
            .flatMapToLong(path ->
                LongStream.of(
                    path.to().usedIndex(),
                    path.to().availableIndex(),
                    path.from().usedIndex(),
                    path.from().availableIndex()))
            .toArray();
    try {
      words = new RemoteWords(pid, addresses);
    } catch (IOException refused) {
      throw BenchException.failed("cannot read the load's memory: " + refused.getMessage());
    }
    thread = Thread.ofPlatform().name("observer").daemon().unstarted(this::run);
  }

  /**
   * Begins; returns when it has.
   *
   * @param pid the process whose rings they are
   */
  static RingObserver start(long pid, List<FramePath> paths)
      throws BenchException, InterruptedException {
    var observer = new RingObserver(pid, paths);
    observer.thread.start();
    if (!observer.begun.await(START.toSeconds(), TimeUnit.SECONDS)) {
      observer.closed = true;
      throw BenchException.failed(
          "the observer has had no processor for %d s".formatted(START.toSeconds()));
    }
    return observer;
  }

  /**
   * Looks so often, and comes last, that an observer's code is compiled for good. When compiled
   * code replaces other one, who calls it spins until the compiler's thread has told; one that
   * comes first kept that thread off the processor meanwhile, and the load too, for a second.
   */
  static void prepare(long pid, List<FramePath> paths) throws BenchException, InterruptedException {
    var observer = new RingObserver(pid, paths);
    for (int i = 0; i < RESTS_TO_PREPARE; i++) {
      observer.look(i);
      LockSupport.parkNanos(1);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /**
   * Where load and back-end have all processors, the observer would be away for a scheduler's slice
   * again and again. Without the right to come first it is, and the report says for how long.
   */
  private static void comeFirst() {
    try {
      Path self = Path.of("/proc/thread-self").toRealPath().getFileName();
      new ProcessBuilder("chrt", "--fifo", "--pid", "10", self.toString())
          .redirectErrorStream(true)
          .start()
          .waitFor();
    } catch (IOException _) {
      // Then it comes when it is its turn.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    comeFirst();
    for (int path = 0; path < count; path++) {
      last[path] = words.at(WORDS * path);
    }
    look(0);
    begun.countDown();
    for (int i = 1; i < MOST_SAMPLES && !closed; i++) {
      look(i);
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  private void look(int sample) {
    int changed = 0;
    int waiting = 0;
    for (int path = 0; path < count; path++) {
      int now = words.at(WORDS * path);
      int advance = (now - last[path]) & 0xffff;
      total += advance;
      changed |= advance == 0 ? 0 : 1 << path;
      // Always asked, so that the compiler never has to learn of it later.
      boolean due = due(path);
      waiting |= due && advance == 0 ? 1 << path : 0;
      last[path] = now;
    }
    times[sample] = System.nanoTime();
    frames[sample] = total;
    moved[sample] = (byte) changed;
    stuck[sample] = (byte) waiting;
    samples = sample + 1;
  }

  /** Whether frames wait that could be delivered: the driver sent some and has room for some. */
  private boolean due(int path) {
    int first = WORDS * path;
    return words.at(first) != words.at(first + 1) && words.at(first + 2) != words.at(first + 3);
  }

  /** The samples so far. */
  Deliveries deliveries() {
    int now = samples;
    return new Deliveries(
        Arrays.copyOf(times, now),
        Arrays.copyOf(frames, now),
        Arrays.copyOf(moved, now),
        Arrays.copyOf(stuck, now),
        count);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
