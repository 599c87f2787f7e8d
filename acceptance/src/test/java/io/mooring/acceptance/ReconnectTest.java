package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Either side may go and come back, whoever listens. */
final class ReconnectTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MEBIBYTES = 1;

  @Test
  void trafficGoesOnWhenQemuAndWhenMooringIsRestarted() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = start(scratch);
        Guest server = Guest.start(NetworkCard.at(scratch.file("server"), 1))) {
      NetworkCard listening = NetworkCard.at(scratch.file("client"), 2).listening();
      try (Guest client = Guest.start(listening)) {
        server.awaitUp();
        client.awaitUp();
        assertEquals(server.serve(MEBIBYTES), client.fetch(server), "before");
      }
      try (Guest client = Guest.start(listening)) {
        client.awaitUp();
        assertEquals(client.serve(MEBIBYTES), server.fetch(client), "after QEMU's restart");
        mooring.kill();
        try (MooringProcess next = start(scratch)) {
          next.awaitState("server", "CONNECTED");
          next.awaitState("client", "CONNECTED");
          awaitPing(client, server);
          assertEquals(client.serve(MEBIBYTES), server.fetch(client), "after Mooring's restart");
          assertEquals(server.serve(MEBIBYTES), client.fetch(server), "after Mooring's restart");
          next.stop();
        }
      }
    }
  }

  private static MooringProcess start(Scratch scratch) {
    return MooringProcess.start(
        scratch,
        "--port",
        "server=" + scratch.file("server"),
        "--port",
        "client=%s,mode=client".formatted(scratch.file("client")));
  }

  /** The guests' links take a moment to come up again. */
  private static void awaitPing(Guest from, Guest to) {
    Eventually.holds(
        "a guest answers another again",
        PATIENCE,
        () -> from.run("ping -c 1 -W 1 " + to.address()).status() == 0,
        () -> from.run("ifconfig; cat /proc/net/arp").text());
  }
}
