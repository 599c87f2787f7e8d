package io.mooring.port.warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.Agent;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.linux.LinuxOs;
import io.mooring.net.NetDeviceType;
import io.mooring.net.Switches;
import io.mooring.virtqueue.RingEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine and the device of this host pass what newcomers have to pass. */
class WarmUpTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final long V1 = 1L << 32;
  private static final long PACKED = 1L << 34;
  private static final long IN_ORDER = 1L << 35;
  private static final long EVENT_IDX = 1L << 29;
  private static final long INDIRECT = 1L << 28;

  private final Os os = new LinuxOs();
  private final AtomicLong chains = new AtomicLong();

  private Virtqueue counted(QueueSetup setup, Virtqueue queue) {
    return new Counted(queue, chains);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        V1 | EVENT_IDX | INDIRECT,
        V1 | IN_ORDER,
        V1 | PACKED,
        V1 | PACKED | IN_ORDER | EVENT_IDX,
        V1 | PACKED | INDIRECT
      })
  void anEngineMovesAllThatSyntheticRingsOffer(long features) throws IOException {
    int size = RingFeature.RING_PACKED.in(features) ? 300 : 512;
    var use = new RingUse(features, size, true);
    new EngineWarmUp(new RingEngine(os), os, List.of(use), this::counted).run(new Pace(SHORT));
    assertTrue(chains.get() > 10L * size, chains + " chains");
  }

  @Test
  void anEngineThatTakesNothingFails() {
    var blind =
        new VirtqueueEngine() {
          @Override
          public long features() {
            return 0;
          }

          @Override
          public int maxSize() {
            return 1024;
          }

          @Override
          public Virtqueue open(QueueSetup setup, MemoryTable memory) {
            Virtqueue queue = new RingEngine(os).open(setup, memory);
            return new Counted(queue, chains) {
              @Override
              public int take(Chains burst, int limit) {
                return 0;
              }
            };
          }
        };
    var warmUp = new EngineWarmUp(blind, os, List.of(), (setup, queue) -> queue);
    String line =
        assertThrows(IllegalStateException.class, () -> warmUp.run(new Pace(SHORT))).getMessage();
    assertTrue(line.matches("queue [01]: \\d+ chains are offered and none is taken"), line);
  }

  @Test
  void devicesSendEachOtherFrames() {
    var type = new NetDeviceType(new Switches());
    List<Long> features = List.of(V1 | NetFeature.MRG_RXBUF.mask(), V1, 0L);
    new NetWarmUp(type, features, this::counted, WarmUpTest::turn).run(new Pace(SHORT));
    assertTrue(chains.get() > 10_000, chains + " chains");
  }

  private static void turn(Agent agent) {
    agent.poll();
  }

  @Test
  void itGoesOnAtMostAsLongAsItMay() {
    var pace = new Pace(Duration.ofMillis(20));
    long turns = 0;
    while (pace.another()) {
      turns++;
      LockSupport.parkNanos(1_000_000);
    }
    assertTrue(turns > 0 && turns <= 20, turns + " turns of a millisecond");
  }

  @Test
  void itEndsWhenItsSpeedHasSettled() {
    var pace = new Pace(Duration.ofHours(1));
    long sum = 0;
    while (pace.another()) {
      sum++;
    }
    assertEquals(0, sum % 20_000 == 19_999 ? 0 : 1, sum + " turns");
  }

  /** Counts chains that are given back. */
  private static class Counted implements Virtqueue {

    private final Virtqueue queue;
    private final AtomicLong chains;

    Counted(Virtqueue queue, AtomicLong chains) {
      this.queue = queue;
      this.chains = chains;
    }

    @Override
    public int index() {
      return queue.index();
    }

    @Override
    public int size() {
      return queue.size();
    }

    @Override
    public int take(Chains burst, int limit) {
      return queue.take(burst, limit);
    }

    @Override
    public void publish(Chains burst, int count) {
      chains.addAndGet(count);
      queue.publish(burst, count);
    }

    @Override
    public boolean available() {
      return queue.available();
    }

    @Override
    public boolean arm() {
      return queue.arm();
    }

    @Override
    public void disarm() {
      queue.disarm();
    }

    @Override
    public int base() {
      return queue.base();
    }

    @Override
    public void call(int eventfd) {
      queue.call(eventfd);
    }

    @Override
    public void memory(MemoryTable table) {
      queue.memory(table);
    }
  }
}
