package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.port.PortStatus.QueueStatus;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A queue runs exactly while the front-end has said all that it needs. */
class PortQueueTest {

  /** One message of those that bring a queue up. */
  enum Step {
    FEATURES,
    SIZE,
    BASE,
    ADDRESSES,
    CALL,
    KICK,
    ENABLE;

    void take(Harbour harbour, QueueSession queue) throws IOException, ProtocolException {
      switch (this) {
        case FEATURES -> harbour.session.features(Harbour.FEATURES);
        case SIZE -> queue.size(256);
        case BASE -> queue.base(77);
        case ADDRESSES -> queue.addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
        case CALL -> queue.call(harbour.eventfd());
        case KICK -> queue.kick(harbour.eventfd());
        case ENABLE -> queue.enable(true);
      }
    }
  }

  /** The features come first, as protocol features decide what SET_VRING_ENABLE means. */
  @Provide
  static Arbitrary<List<Step>> orders() {
    return Arbitraries.shuffle(
            Step.SIZE, Step.BASE, Step.ADDRESSES, Step.CALL, Step.KICK, Step.ENABLE)
        .map(steps -> {
          List<Step> all = new ArrayList<>(steps);
          all.addFirst(Step.FEATURES);
          return all;
        });
  }

  @Property(tries = 200)
  void aQueueRunsOnceAllIsSaidInWhateverOrder(@ForAll("orders") List<Step> steps)
      throws IOException, ProtocolException {
    try (var harbour = new Harbour()) {
      QueueSession queue = harbour.session.queue(2);
      Set<Step> needed = Set.of(Step.SIZE, Step.ADDRESSES, Step.KICK, Step.ENABLE);
      List<Step> said = new ArrayList<>();
      for (Step step : steps) {
        if (step == Step.BASE && said.containsAll(needed)) {
          continue;
        }
        step.take(harbour, queue);
        said.add(step);
        boolean runs = said.containsAll(needed);
        assertEquals(runs, harbour.device.attached.contains(2), () -> "runs after " + said);
        assertEquals(runs, status(harbour, 2).running());
      }
      QueueSetup setup = harbour.engine.lastSetup;
      assertEquals(256, setup.size());
      assertEquals(1000, setup.descriptors());
      assertEquals(2000, setup.used());
      assertEquals(3000, setup.available());
    }
  }

  private static QueueStatus status(Harbour harbour, int index) {
    return harbour.session.queues().status().stream()
        .filter(each -> each.index() == index)
        .findFirst()
        .orElseThrow();
  }

  /** vhost-user, "Ring states": without protocol features rings are enabled from the start. */
  @Test
  void withoutProtocolFeaturesAQueueIsNotEnabledByMessage() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(RingFeature.VERSION_1.mask());
      QueueSession queue = harbour.session.queue(0);
      queue.size(256);
      queue.addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
      assertFalse(harbour.device.attached.contains(0));
      queue.kick(-1);
      assertTrue(harbour.device.attached.contains(0));
    }
  }

  @Test
  void aDisabledQueueGoesOnWhereItWas() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 10);
      harbour.engine.progress = 5;
      harbour.session.queue(0).enable(false);
      assertFalse(harbour.device.attached.contains(0));
      assertEquals(new QueueStatus(0, 256, false, false, 15, 2000), status(harbour, 0));
      harbour.happened();
      harbour.session.queue(0).enable(true);
      assertTrue(harbour.happened().contains("engine opens 0 at 15"));
    }
  }

  @Test
  void aQueueSaysWhereItWasAlsoAfterAReset() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 10);
      harbour.engine.progress = 3;
      harbour.session.reset();
      assertEquals(13, harbour.session.queue(0).stop());
    }
  }

  @Test
  void aStoppedQueueSaysWhereItWasAndWaitsForAKick() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 10);
      harbour.engine.progress = 3;
      assertEquals(13, harbour.session.queue(0).stop());
      assertFalse(harbour.device.attached.contains(0));
      harbour.session.queue(0).enable(true);
      assertFalse(harbour.device.attached.contains(0), "runs without a kick");
      harbour.session.queue(0).kick(harbour.eventfd());
      assertTrue(harbour.happened().contains("engine opens 0 at 13"));
      assertEquals(7, harbour.session.queue(3).stop() + 7, "a queue that never ran is at 0");
    }
  }

  @Test
  void whatARunningQueueStandsOnCannotChange() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(1, 0);
      QueueSession queue = harbour.session.queue(1);
      String size = assertThrows(ProtocolException.class, () -> queue.size(8)).getMessage();
      assertEquals("queue 1 runs: its size cannot change before GET_VRING_BASE", size);
      String base = assertThrows(ProtocolException.class, () -> queue.base(8)).getMessage();
      assertEquals("queue 1 runs: its base cannot change before GET_VRING_BASE", base);
    }
  }

  @Test
  void otherAddressesMoveARunningQueue() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(1, 20);
      harbour.engine.progress = 4;
      harbour.happened();
      harbour.session.queue(1).addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
      assertEquals(List.of(), harbour.happened(), "the same addresses change nothing");
      harbour.session.queue(1).addresses(1000, 2000, 9000, QueueSetup.NO_LOG);
      assertTrue(harbour.happened().contains("engine opens 1 at 24"));
      assertEquals(9000, harbour.engine.lastSetup.available());
    }
  }

  /** A VMM that turns the log on says where rings are once more, while frames come. */
  @Test
  void aQueueIsAwayForNoTurnWhileItsRingsAreLogged() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 0);
      int before = harbour.worker.call(() -> harbour.device.turnsWithoutQueue);
      for (int i = 0; i < 100; i++) {
        long log = i % 2 == 0 ? 0x4000 : QueueSetup.NO_LOG;
        harbour.session.queue(0).addresses(1000, 2000, 3000, log);
        assertEquals(log, harbour.engine.lastSetup.usedLog());
      }
      assertTrue(status(harbour, 0).running());
      assertEquals(before, harbour.worker.call(() -> harbour.device.turnsWithoutQueue));
    }
  }

  @Test
  void aRunningQueueThatTheEngineRefusesToMoveIsTheFrontEndsFault() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      QueueSession queue = harbour.session.queue(0);
      harbour.start(0, 0);
      harbour.engine.refusal = "queue 0: used ring at 0x1 is not aligned to 4";
      String line =
          assertThrows(
                  ProtocolException.class, () -> queue.addresses(1000, 1, 3000, QueueSetup.NO_LOG))
              .getMessage();
      assertEquals("queue 0: used ring at 0x1 is not aligned to 4", line);
      assertFalse(status(harbour, 0).running());
      assertFalse(harbour.device.attached.contains(0));
    }
  }

  @Test
  void aRingThatTheEngineRefusesIsTheFrontEndsFault() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.engine.refusal = "queue 0: used ring at 0x1 is not aligned to 4";
      String line = assertThrows(ProtocolException.class, () -> harbour.start(0, 0)).getMessage();
      assertEquals("queue 0: used ring at 0x1 is not aligned to 4", line);
      assertFalse(status(harbour, 0).running());
    }
  }

  @Test
  void aCallIsGivenToTheRunningQueueBeforeTheOldOneIsClosed() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 0);
      int call = harbour.eventfd();
      harbour.happened();
      harbour.session.queue(0).call(call);
      assertEquals(List.of("queue 0 calls " + call), harbour.happened());
      harbour.session.queue(0).call(-1);
      assertEquals(List.of("queue 0 calls -1"), harbour.happened());
    }
  }

  /** Anything but an eventfd could block the worker. */
  @Test
  void onlyEventfdsAreTakenAndOthersAreClosed() throws Exception {
    try (var harbour = new Harbour()) {
      QueueSession queue = harbour.session.queue(0);
      for (Wiring each : Wiring.values()) {
        int odd = harbour.memfd();
        String line =
            assertThrows(ProtocolException.class, () -> each.give(queue, odd)).getMessage();
        assertEquals(
            "queue 0: the %s descriptor is of kind FILE, an eventfd is needed"
                .formatted(each.name().toLowerCase(java.util.Locale.ROOT)),
            line);
      }
    }
  }

  private enum Wiring {
    KICK,
    CALL,
    ERROR;

    void give(QueueSession queue, int descriptor) throws ProtocolException {
      switch (this) {
        case KICK -> queue.kick(descriptor);
        case CALL -> queue.call(descriptor);
        case ERROR -> queue.error(descriptor);
      }
    }
  }

  /** What an epoll of this process watches; a number that is closed may still be there. */
  private static boolean watched(int descriptor) throws IOException {
    Pattern target = Pattern.compile("(?m)^tfd: +" + descriptor + " ");
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
      for (Path each : all.toList()) {
        if (Files.exists(each) && target.matcher(Files.readString(each)).find()) {
          return true;
        }
      }
      return false;
    }
  }

  @Test
  void aQueuesKickIsWatchedWhileItRuns() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      int kick = harbour.start(0, 0);
      assertTrue(watched(kick));
      int other = harbour.eventfd();
      harbour.session.queue(0).kick(other);
      assertTrue(watched(other));
      harbour.session.queue(0).enable(false);
      assertFalse(watched(other));
      harbour.session.queue(0).enable(true);
      assertTrue(watched(other));
    }
  }

  /** The front-end's end of the eventfd keeps it in the epoll when ours is closed. */
  @Test
  void theKickOfAGuestThatBrokeARuleIsWatchedNoMore() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      int kick = harbour.start(0, 0);
      int frontEnds = harbour.os.duplicate(kick);
      harbour.session.fault();
      harbour.plane.orElseThrow().stopAll();
      harbour.session.close();
      assertFalse(watched(kick), "the worker still watches descriptor " + kick);
      harbour.os.close(frontEnds);
    }
  }

  /** The start was under way when another queue of the port turned out to be broken. */
  @Test
  void aQueueThatStartedWhileThePortFaultedStopsBeforeItsMemoryGoes() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 0);
      harbour.session.memory(List.of(Harbour.region(0x1000)), new int[] {harbour.memfd()});
      harbour.session.fault();
      harbour.happened();
      harbour.session.close();
      List<String> order = harbour.happened();
      assertTrue(
          order.indexOf("detached 0") >= 0
              && order.indexOf("detached 0") < order.indexOf("unmapped 1000"),
          order::toString);
    }
  }

  @Test
  void noQueueOfAPortThatFaultedStartsAgain() throws Exception {
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.session.fault();
      harbour.start(0, 0);
      harbour.session.resume();
      assertEquals(Set.of(), harbour.device.attached);
    }
  }

  @Test
  void afterAResetNoQueueRunsUntilItIsStartedAnew() throws Exception {
    BiFunction<Harbour, Integer, Boolean> runs =
        (harbour, index) -> harbour.device.attached.contains(index);
    try (var harbour = new Harbour()) {
      harbour.session.features(Harbour.FEATURES);
      harbour.start(0, 10);
      harbour.session.status(15);
      harbour.session.reset();
      assertFalse(runs.apply(harbour, 0));
      assertEquals(0, harbour.session.status());
      harbour.session.features(Harbour.FEATURES);
      harbour.session.queue(0).enable(true);
      harbour.session.resume();
      assertFalse(runs.apply(harbour, 0), "runs on the ring of the driver before");
      harbour.start(0, 0);
      assertTrue(runs.apply(harbour, 0));
    }
  }
}
