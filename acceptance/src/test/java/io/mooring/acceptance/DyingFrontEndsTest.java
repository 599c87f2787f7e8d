package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mooring.acceptance.rig.Bystanders;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Footprint;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.Sender;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Front-ends that are killed in mid-traffic leave nothing behind. */
final class DyingFrontEndsTest {

  private static final int DEATHS = 100;
  private static final int FRAMES_BEFORE_DEATH = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private long arrived;

  @Test
  void hundredDeathsInMidTrafficLeaveNoDescriptorMappingOrThread() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = start(scratch);
        Bystanders bystanders = Bystanders.start(scratch.file("c"), scratch.file("d"));
        NetPort receiver = Lab.connect(scratch.file("receiver"))) {
      Lab.announce(receiver, Sender.RECEIVER);
      Path mortal = scratch.file("mortal");
      die(Sender.start(mortal), receiver);
      Eventually.pause(Duration.ofMillis(200));
      Footprint before = Footprint.of(mooring.pid());
      Sender next = Sender.start(mortal);
      for (int death = 0; death < DEATHS; death++) {
        Sender now = next;
        next = Sender.start(mortal);
        die(now, receiver);
      }
      next.close();
      before.awaitNoMore(mooring.pid());
      assertEquals("LISTENING", mooring.port("mortal").get("state").getAsString());
      assertEquals(List.of(), mooring.complaints(0), "a death is nothing to warn of");
      bystanders.assertMoving();
    }
  }

  private static MooringProcess start(Scratch scratch) {
    return MooringProcess.start(
        scratch,
        "--port",
        "mortal=" + scratch.file("mortal"),
        "--port",
        "receiver=" + scratch.file("receiver"),
        "--port",
        "c=" + scratch.file("c"),
        "--port",
        "d=" + scratch.file("d"));
  }

  /** Kills a sender while its frames arrive. */
  private void die(Sender sender, NetPort receiver) {
    try (sender) {
      sender.go();
      long enough = arrived + FRAMES_BEFORE_DEATH;
      Eventually.holds(
          "a sender's frames arrive",
          PATIENCE,
          () -> {
            receiver.receive(this::check, FRAMES_BEFORE_DEATH);
            return arrived >= enough || !sender.alive();
          },
          () -> arrived);
      assertEquals(true, sender.alive(), "the sender ended by itself");
    }
  }

  private void check(long header, long frame, int length) {
    long sequence = TestFrame.check(frame, length, Sender.FLOW);
    assertNotEquals(TestFrame.CORRUPTED, sequence, "a frame is not as it was sent");
    if (sequence != TestFrame.FOREIGN) {
      arrived++;
    }
  }
}
