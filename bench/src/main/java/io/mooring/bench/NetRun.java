package io.mooring.bench;

import java.nio.file.Path;
import java.time.Duration;

/** Runs the load through a back-end, both started for it. */
final class NetRun {

  /** The load's speed settles, and a JIT compiler does its work. */
  static final Duration WARM_UP = Duration.ofSeconds(2);

  private static final double TOLERANCE = 0.01;

  private final Bench bench;
  private final GuestMemory memory;
  private final int loadCore;
  private final DeviceOptions options;
  private final Duration measured;

  NetRun(Bench bench, GuestMemory memory, int loadCore, DeviceOptions options, Duration measured) {
    this.bench = bench;
    this.memory = memory;
    this.loadCore = loadCore;
    this.options = options;
    this.measured = measured;
  }

  NetSample sample(BackEnd backEnd, int bytes, int pair)
      throws BenchException, InterruptedException {
    Path sockets = bench.fresh("sockets");
    Path first = sockets.resolve("a");
    Path second = sockets.resolve("b");
    try (BackEnd.Running running = backEnd.start(first, second);
        Load load = Load.start(bench, memory, loadCore, first, second, options)) {
      load.begin(bytes);
      Thread.sleep(WARM_UP);
      Threads loadBefore = Threads.of(load.pid());
      Threads threadsBefore = Threads.of(running.pid());
      BackEnd.Work workBefore = running.work();
      Traffic trafficBefore = load.traffic();
      long began = System.nanoTime();
      Thread.sleep(measured);
      Traffic traffic = load.traffic();
      BackEnd.Work work = running.work();
      Threads.Time thread = Threads.of(running.pid()).busiestSince(threadsBefore);
      Threads.Time loadThread = Threads.of(load.pid()).busiestSince(loadBefore);
      double elapsed = System.nanoTime() - began;
      check(backEnd, bytes, trafficBefore, traffic);
      double frames = work.frames() - workBefore.frames();
      return new NetSample(
          backEnd.name(),
          bytes,
          pair,
          traffic.framesPerSecond(),
          (work.busyNanos() - workBefore.busyNanos()) / frames,
          thread.running() / frames,
          thread.waiting() / elapsed,
          loadThread.waiting() / elapsed,
          "0x" + Long.toHexString(running.features()));
    }
  }

  /** Frames must have passed both ways, whole. */
  private static void check(BackEnd backEnd, int bytes, Traffic before, Traffic after)
      throws BenchException {
    if (after.firstFrames() == before.firstFrames()
        || after.secondFrames() == before.secondFrames()) {
      throw BenchException.failed(
          "%s, %d bytes: no traffic: the load received %d frames at its first port and %d at its second"
              .formatted(
                  backEnd.name(),
                  bytes,
                  after.firstFrames() - before.firstFrames(),
                  after.secondFrames() - before.secondFrames()));
    }
    long frames = after.frames() - before.frames();
    double each = (double) (after.bytes() - before.bytes()) / frames;
    // The two counters are read while frames arrive, so they may differ by a burst.
    if (Math.abs(each - bytes) > bytes * TOLERANCE) {
      throw BenchException.failed(
          "%s, %d bytes: the load received frames of %.0f bytes"
              .formatted(backEnd.name(), bytes, each));
    }
  }
}
