package io.mooring.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches frames being delivered without asking either side: reads the used index of receive rings
 * out of the driver's own memory, some ten thousand times a second, on a thread of its own.
 */
final class RingObserver implements AutoCloseable {

  private static final long PERIOD_NANOS = 50_000;
  private static final int INDEX_AT = 2;
  private static final int MOST_SAMPLES = 1 << 20;

  private final FileChannel memory;
  private final long[] rings;
  private final ByteBuffer word = ByteBuffer.allocateDirect(2).order(ByteOrder.LITTLE_ENDIAN);
  private final long[] times = new long[MOST_SAMPLES];
  private final long[] frames = new long[MOST_SAMPLES];
  private final byte[] moved = new byte[MOST_SAMPLES];
  private final Thread thread;
  private volatile int count;
  private volatile boolean closed;
  private volatile IOException failure;

  /**
   * Begins.
   *
   * @param pid the process whose rings they are
   * @param usedRings their addresses there
   */
  RingObserver(long pid, long... usedRings) throws BenchException {
    rings = usedRings.clone();
    try {
      memory = FileChannel.open(Path.of("/proc/" + pid + "/mem"), StandardOpenOption.READ);
    } catch (IOException refused) {
      throw BenchException.failed("cannot read the load's memory: " + refused);
    }
    thread = Thread.ofPlatform().name("observer").daemon().start(this::run);
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
    int[] last = new int[rings.length];
    try {
      for (int ring = 0; ring < rings.length; ring++) {
        last[ring] = index(ring);
      }
      long total = 0;
      for (int i = 0; i < MOST_SAMPLES && !closed; i++) {
        int changed = 0;
        for (int ring = 0; ring < rings.length; ring++) {
          int now = index(ring);
          int advance = (now - last[ring]) & 0xffff;
          total += advance;
          changed |= advance == 0 ? 0 : 1 << ring;
          last[ring] = now;
        }
        times[i] = System.nanoTime();
        frames[i] = total;
        moved[i] = (byte) changed;
        count = i + 1;
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    } catch (IOException ended) {
      failure = ended;
    }
  }

  private int index(int ring) throws IOException {
    word.clear();
    if (memory.read(word, rings[ring] + INDEX_AT) != 2) {
      throw new IOException("a used index is not there");
    }
    return Short.toUnsignedInt(word.getShort(0));
  }

  /** The samples so far. */
  Deliveries deliveries() throws BenchException {
    if (failure != null) {
      throw BenchException.failed("cannot read the load's memory: " + failure.getMessage());
    }
    int now = count;
    return new Deliveries(
        Arrays.copyOf(times, now),
        Arrays.copyOf(frames, now),
        Arrays.copyOf(moved, now),
        rings.length);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
      memory.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      // It was only read.
    }
  }
}
