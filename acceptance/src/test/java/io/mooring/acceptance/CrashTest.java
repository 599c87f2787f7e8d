package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  private final Random random = new Random();

  @Test
  void everyFrameArrivesOnceThroughKillsWithEveryKindOfRing() throws IOException {
    try (Scratch scratch = Scratch.make();
        SeveredFlows flows = new SeveredFlows()) {
      int count = SeveredFlows.EVERY_KIND.size();
      for (int number = 0; number < count; number++) {
        flows.add(
            SeveredFlows.EVERY_KIND.get(number),
            socket(scratch, "from", number),
            socket(scratch, "to", number));
      }
      MooringProcess mooring = start(scratch, count, "");
      flows.connect(true);
      for (int kill = 1; kill <= KILLS; kill++) {
        flows.flow(FRAMES_BEFORE_A_KILL);
        killInMidTraffic(mooring, flows);
        mooring = start(scratch, count, "");
        // Who comes first has nobody to send to yet.
        flows.connect(kill % 2 == 0);
      }
      flows.settle(KILLS + " kills");
      mooring.stop();
    }
  }

  @Test
  void aMooringThatConnectsByItselfGoesOnToo() throws IOException {
    try (Scratch scratch = Scratch.make();
        SeveredFlows flows = new SeveredFlows();
        Listener there = Lab.TRANSPORT.listener()) {
      Path from = socket(scratch, "from", 0);
      Path to = socket(scratch, "to", 0);
      flows.add(SeveredFlows.EVERY_KIND.getFirst(), from, to);
      there.add(from);
      there.add(to);
      MooringProcess mooring = start(scratch, 1, ",mode=client");
      flows.accept(there);
      flows.flow(FRAMES_BEFORE_A_KILL);
      killInMidTraffic(mooring, flows);
      mooring = start(scratch, 1, ",mode=client");
      flows.accept(there);
      flows.settle("a kill");
      mooring.stop();
    }
  }

  private static MooringProcess start(Scratch scratch, int count, String mode) {
    List<String> arguments = new ArrayList<>();
    for (int number = 0; number < count; number++) {
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

  private void killInMidTraffic(MooringProcess mooring, SeveredFlows flows) {
    long pause = random.nextLong(MOST_MILLIS_TO_A_KILL * 1_000_000L);
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              Eventually.pause(Duration.ofNanos(pause));
              mooring.kill();
            });
    while (killer.isAlive()) {
      flows.send();
    }
    flows.receive();
    assertTrue(flows.hold(), "rings hold frames");
  }
}
