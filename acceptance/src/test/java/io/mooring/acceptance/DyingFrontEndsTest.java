package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Guests that are killed in mid-traffic leave nothing behind. */
final class DyingFrontEndsTest {

  /** Guests that die together, each at a port of its own. */
  private static final int GUESTS = 4;

  private static final int DEATHS = 25;
  private static final int FRAMES_BEFORE_DEATH = 300;
  private static final int BURST = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final long[] arrived = new long[GUESTS];

  @Test
  void hundredGuestsKilledInMidTrafficLeaveNoDescriptorMappingOrThread() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = start(scratch);
        Bystanders bystanders = Bystanders.start(mooring, scratch.file("c"), scratch.file("d"));
        NetPort receiver = Lab.connect(scratch.file("receiver"))) {
      Lab.announce(receiver, Sender.RECEIVER);
      List<Path> mortals = IntStream.range(0, GUESTS).mapToObj(n -> mortal(scratch, n)).toList();
      kill(Sender.start(mortals), receiver);
      Footprint before = Footprint.of(mooring.pid());
      Sender next = Sender.start(mortals);
      for (int death = 0; death < DEATHS; death++) {
        Sender now = next;
        next = Sender.start(mortals);
        kill(now, receiver);
      }
      next.close();
      before.awaitNoMore(mooring.pid());
      bystanders.assertMoving();
      assertEquals(List.of(), mooring.complaints(0), "a death is nothing to warn of");
      mooring
          .json("vhost:ports")
          .getAsJsonArray()
          .forEach(port -> {
            String expected = mortal(port.getAsJsonObject().get("name").getAsString());
            assertEquals(expected, port.getAsJsonObject().get("state").getAsString(), "" + port);
          });
    }
  }

  private static MooringProcess start(Scratch scratch) {
    List<String> arguments = new ArrayList<>();
    for (String name : List.of("receiver", "c", "d")) {
      arguments.add("--port");
      arguments.add(name + "=" + scratch.file(name));
    }
    for (int guest = 0; guest < GUESTS; guest++) {
      arguments.add("--port");
      arguments.add("mortal%d=%s".formatted(guest, mortal(scratch, guest)));
    }
    return MooringProcess.start(scratch, arguments.toArray(String[]::new));
  }

  private static Path mortal(Scratch scratch, int guest) {
    return scratch.file("mortal" + guest);
  }

  /** The state that a port is to be in when all mortals are dead. */
  private static String mortal(String port) {
    return port.startsWith("mortal") ? "LISTENING" : "CONNECTED";
  }

  /** Kills guests while frames of each of them arrive. */
  private void kill(Sender sender, NetPort receiver) {
    try (sender) {
      sender.go();
      Arrays.fill(arrived, 0);
      Eventually.holds(
          "frames of every guest arrive",
          PATIENCE,
          () -> {
            receiver.receive(this::count, BURST);
            return !sender.alive()
                || Arrays.stream(arrived).allMatch(frames -> frames >= FRAMES_BEFORE_DEATH);
          },
          () -> Arrays.toString(arrived));
      assertTrue(sender.alive(), "the sender ended by itself");
    }
  }

  private void count(long header, long frame, int length) {
    for (int guest = 0; guest < GUESTS; guest++) {
      long sequence = TestFrame.check(frame, length, Sender.flow(guest));
      if (sequence == TestFrame.FOREIGN) {
        return;
      }
      if (sequence != TestFrame.CORRUPTED) {
        arrived[guest]++;
        return;
      }
    }
    throw new AssertionError("a frame of " + length + " bytes is not as it was sent");
  }
}
