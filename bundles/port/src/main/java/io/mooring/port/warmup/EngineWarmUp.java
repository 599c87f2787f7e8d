package io.mooring.port.warmup;

import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.warmup.SyntheticDriver.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Runs an engine on synthetic rings: every ring that is in use, and one of each format besides, in
 * both directions, with empty, partial and full bursts in every shape.
 */
public final class EngineWarmUp implements WarmUp {

  private static final int BURST = 64;

  /** A device takes more receive buffers at once than frames that it sends on. */
  private static final int MOST = 256;

  private static final int LARGEST_RING = 1024;
  private static final int USUAL_RING = 256;

  /** A ring in use has so many turns for one of any other. */
  private static final int LIVE_SHARE = 8;

  private static final long MODERN =
      RingFeature.VERSION_1.mask()
          | RingFeature.INDIRECT_DESC.mask()
          | RingFeature.EVENT_IDX.mask();

  private final VirtqueueEngine engine;
  private final Os os;
  private final List<RingUse> uses;
  private final BiFunction<QueueSetup, Virtqueue, Virtqueue> wrap;

  /**
   * @param wrap puts a queue behind what devices see of it, which is then known as well
   */
  public EngineWarmUp(
      VirtqueueEngine engine,
      Os os,
      List<RingUse> uses,
      BiFunction<QueueSetup, Virtqueue, Virtqueue> wrap) {
    this.engine = engine;
    this.os = os;
    this.uses = uses;
    this.wrap = wrap;
  }

  @Override
  public void run(Pace pace) throws IOException {
    int call = os.eventfd();
    try (var memory = new SyntheticMemory(os, bytes())) {
      List<Lane> lanes = lanes(memory, call);
      var dice = new Dice();
      while (pace.another()) {
        lanes.get(dice.roll(lanes.size())).turn(dice);
      }
    } finally {
      os.close(call);
    }
  }

  private List<RingUse> all() {
    List<RingUse> all = new ArrayList<>(uses);
    long modern = MODERN & engine.features();
    int size = Math.min(USUAL_RING, Integer.highestOneBit(engine.maxSize()));
    all.add(new RingUse(modern, size, false));
    if (RingFeature.RING_PACKED.in(engine.features())) {
      all.add(new RingUse(modern | RingFeature.RING_PACKED.mask(), size, false));
    }
    return all;
  }

  private long bytes() {
    return all().stream().mapToLong(use -> 2 * SyntheticDriver.bytes(size(use))).sum() + (1 << 16)
        & -(1 << 16);
  }

  private static int size(RingUse use) {
    return Math.min(use.size(), LARGEST_RING);
  }

  private List<Lane> lanes(SyntheticMemory memory, int call) {
    List<Lane> lanes = new ArrayList<>();
    for (RingUse use : all()) {
      // An IOMMU is not here, and a log comes and goes.
      long features =
          use.features() & ~(RingFeature.ACCESS_PLATFORM.mask() | RingFeature.LOG_ALL.mask());
      var same = new RingUse(features, size(use), use.live());
      for (boolean writable : new boolean[] {true, false}) {
        SyntheticDriver driver =
            RingFeature.RING_PACKED.in(features)
                ? new SyntheticPacked(memory, same, writable ? 0 : 1, call)
                : new SyntheticSplit(memory, same, writable ? 0 : 1, call);
        QueueSetup setup = driver.setup();
        Virtqueue queue = wrap.apply(setup, engine.open(setup, memory.table()));
        var lane = new Lane(driver, queue, writable, memory);
        for (int share = use.live() ? LIVE_SHARE : 1; share > 0; share--) {
          lanes.add(lane);
        }
      }
    }
    return lanes;
  }

  /** One queue, with both its sides. */
  private static final class Lane {

    private final SyntheticMemory memory;
    private final SyntheticDriver driver;
    private final Virtqueue queue;
    private final boolean writable;
    private final Chains chains;

    Lane(SyntheticDriver driver, Virtqueue queue, boolean writable, SyntheticMemory memory) {
      this.memory = memory;
      this.driver = driver;
      this.queue = queue;
      this.writable = writable;
      chains = new Chains(writable ? MOST : BURST);
    }

    void turn(Dice dice) {
      Shape shape = shape(dice);
      int burst = dice.of(0, 1, 7, 32, 32, BURST, BURST, MOST);
      driver.offer(
          Math.min(burst, driver.room(shape)),
          shape,
          dice.of(60, 60, 60, 242, 1502, 2036),
          writable);
      if (dice.oneIn(4)) {
        driver.calls(dice.oneIn(4));
      }
      if (dice.oneIn(16)) {
        queue.memory(dice.oneIn(2) ? memory.logged() : memory.table());
      }
      int limit = dice.of(1, 13, 32, BURST, BURST, MOST);
      int taken = queue.take(chains, limit);
      if (taken == 0 && driver.outstanding() > 0) {
        throw new IllegalStateException(
            "queue %d: %d chains are offered and none is taken"
                .formatted(queue.index(), driver.outstanding()));
      }
      for (int i = 0; i < taken; i++) {
        chains.written[i] = writable ? Math.min(chains.writableBytes[i], 72) : 0;
      }
      int done = dice.oneIn(16) ? dice.roll(taken + 1) : taken;
      queue.publish(chains, done);
      driver.got(done);
      if (dice.oneIn(8)) {
        queue.available();
        queue.arm();
        queue.disarm();
        queue.base();
      }
    }

    private Shape shape(Dice dice) {
      boolean table = RingFeature.INDIRECT_DESC.in(driver.features);
      return switch (dice.roll(8)) {
        case 0, 1 -> Shape.PAIR;
        case 2 -> table ? Shape.TABLE : Shape.ONE;
        default -> Shape.ONE;
      };
    }
  }
}
