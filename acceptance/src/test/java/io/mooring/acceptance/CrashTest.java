package io.mooring.acceptance;

import static io.mooring.api.virtio.RingFeature.IN_ORDER;
import static io.mooring.api.virtio.RingFeature.RING_PACKED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.LastingPort.Kind;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * Mooring is killed while frames are on their way between VMs, and started again: the VMs connect
 * again, and each frame arrives once, whatever it was at.
 */
final class CrashTest {

  /** Set {@code -Dacceptance.kills} for more. */
  private static final int KILLS = Integer.getInteger("acceptance.kills", 5);

  private static final int FRAMES_BEFORE_A_KILL = 20_000;
  private static final int MOST_MILLIS_TO_A_KILL = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final List<Kind> KINDS =
      List.of(
          new Kind(List.of(), false),
          new Kind(List.of(), true),
          new Kind(List.of(IN_ORDER), false),
          new Kind(List.of(IN_ORDER), true),
          new Kind(List.of(RING_PACKED), true),
          new Kind(List.of(RING_PACKED, IN_ORDER), true));

  private final Random random = new Random();

  @Test
  void everyFrameArrivesOnceThroughKillsWithEveryKindOfRing() throws IOException {
    List<SeveredFlow> flows = new ArrayList<>();
    try (Scratch scratch = Scratch.make()) {
      for (Kind kind : KINDS) {
        flows.add(new SeveredFlow(kind));
      }
      MooringProcess mooring = start(scratch, "");
      connect(scratch, flows, true);
      for (int kill = 1; kill <= KILLS; kill++) {
        flow(flows);
        killInMidTraffic(mooring, flows);
        mooring = start(scratch, "");
        // Who comes first has nobody to send to yet.
        connect(scratch, flows, kill % 2 == 0);
      }
      settle(flows);
      mooring.stop();
    } finally {
      flows.forEach(SeveredFlow::close);
    }
  }

  @Test
  void aMooringThatConnectsByItselfGoesOnToo() throws IOException {
    try (Scratch scratch = Scratch.make();
        SeveredFlow flow = new SeveredFlow(KINDS.getFirst());
        Listener there = Lab.TRANSPORT.listener()) {
      there.add(socket(scratch, "from", 0));
      there.add(socket(scratch, "to", 0));
      MooringProcess mooring = start(scratch, ",mode=client");
      accept(there, flow);
      flow(List.of(flow));
      killInMidTraffic(mooring, List.of(flow));
      mooring = start(scratch, ",mode=client");
      accept(there, flow);
      settle(List.of(flow));
      mooring.stop();
    }
  }

  private static MooringProcess start(Scratch scratch, String mode) {
    List<String> arguments = new ArrayList<>();
    for (int number = 0; number < (mode.isEmpty() ? KINDS.size() : 1); number++) {
      for (String end : List.of("from", "to")) {
        arguments.add("--port");
        arguments.add(
            "%s%d=%s,switch=s%d%s"
                .formatted(end, number, socket(scratch, end, number), number, mode));
      }
    }
    return MooringProcess.start(scratch, arguments.toArray(String[]::new));
  }

  private static Path socket(Scratch scratch, String end, int number) {
    return scratch.file(end + number);
  }

  private static void connect(Scratch scratch, List<SeveredFlow> flows, boolean receiverFirst)
      throws IOException {
    for (int number = 0; number < flows.size(); number++) {
      SeveredFlow flow = flows.get(number);
      if (receiverFirst) {
        flow.to().connect(Lab.TRANSPORT.connect(socket(scratch, "to", number)));
      }
      flow.from().connect(Lab.TRANSPORT.connect(socket(scratch, "from", number)));
      if (!receiverFirst) {
        flow.to().connect(Lab.TRANSPORT.connect(socket(scratch, "to", number)));
      }
    }
  }

  private static void accept(Listener there, SeveredFlow flow) throws IOException {
    for (int end = 0; end < 2; end++) {
      Listener.Arrival arrival = there.accept().orElseThrow();
      Connection connection = arrival.connection();
      if (arrival.path().getFileName().toString().startsWith("from")) {
        flow.from().connect(connection);
      } else {
        flow.to().connect(connection);
      }
    }
  }

  /** Frames flow everywhere. */
  private static void flow(List<SeveredFlow> flows) {
    List<Long> wanted = flows.stream().map(each -> each.arrived() + FRAMES_BEFORE_A_KILL).toList();
    await(
        "frames flow",
        flows,
        () -> {
          boolean enough = true;
          for (int number = 0; number < flows.size(); number++) {
            SeveredFlow flow = flows.get(number);
            flow.send();
            enough &= flow.arrived() >= wanted.get(number);
          }
          return enough;
        });
  }

  private void killInMidTraffic(MooringProcess mooring, List<SeveredFlow> flows) {
    long pause = random.nextLong(MOST_MILLIS_TO_A_KILL * 1_000_000L);
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              Eventually.pause(Duration.ofNanos(pause));
              mooring.kill();
            });
    while (killer.isAlive()) {
      flows.forEach(SeveredFlow::send);
    }
    flows.forEach(SeveredFlow::receive);
    assertTrue(flows.stream().anyMatch(each -> each.from().held() > 0), "rings hold frames");
  }

  /** All that was sent has arrived once, and no ring holds anything any more. */
  private static void settle(List<SeveredFlow> flows) {
    await(
        "all arrive",
        flows,
        () -> {
          flows.forEach(SeveredFlow::receive);
          return flows.stream().allMatch(SeveredFlow::complete);
        });
    for (SeveredFlow flow : flows) {
      assertEquals(List.of(), flow.faults(), () -> flow + " in " + KILLS + " kills");
    }
  }

  private static void await(String what, List<SeveredFlow> flows, BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> what + ": " + flows);
    }
  }
}
