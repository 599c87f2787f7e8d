package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.transport.Connection;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A port with one socket for each profile: which one a VM is given decides what it sees. */
final class ProfileSocketsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final String PLAIN = "io.mooring.plain.v1";
  private static final String OWN = "io.mooring.v1";

  private static final String EXTRA =
      """
      name: com.example.extra.v1
      source: a test
      values: device=net,mrg_rxbuf=on,version_1=on,max_ring=64,max_queue_pairs=1,mtu=1400
      """;

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return Set.copyOf(files.map(each -> each.getFileName().toString()).toList());
    }
  }

  private static void await(String what, Path socket, boolean there) {
    Eventually.holds(what, PATIENCE, () -> Files.exists(socket) == there, () -> socket);
  }

  @Test
  void everyPublishedProfileHasItsSocketAndLeavesNothing() throws IOException {
    try (Scratch scratch = Scratch.make()) {
      Path run = scratch.file("run");
      try (MooringProcess mooring =
          MooringProcess.start(scratch, "--port", "a=" + run.resolve("%p/a.sock"))) {
        Map<String, String> profiles = mooring.profiles();
        assertTrue(profiles.containsKey(OWN) && profiles.containsKey(PLAIN), profiles::toString);
        assertEquals(profiles.keySet(), names(run));
        JsonObject port = mooring.port("a");
        assertEquals(run.resolve("%p/a.sock").toString(), port.get("socket").getAsString());
        assertEquals("", port.get("profile").getAsString());
        assertEquals(
            run.resolve(PLAIN + "/a.sock").toString(),
            port.getAsJsonObject("sockets").get(PLAIN).getAsString());
        mooring.stop();
      }
      assertFalse(Files.exists(run), "a directory is left");
    }
  }

  @Test
  void theSocketDecidesAndTheOthersRefuseMeanwhile() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("a-%p"))) {
      try (NetPort _ = Lab.connect(scratch.file("a-" + PLAIN))) {
        mooring.awaitState("a", "CONNECTED");
        JsonObject port = mooring.port("a");
        assertEquals(PLAIN, port.get("profile").getAsString());
        assertTrue(mooring.must("vhost:port a").contains(PLAIN), "for a person");
        int logged = mooring.log().size();
        try (Connection other = Lab.TRANSPORT.connect(scratch.file("a-" + OWN))) {
          assertTrue(other.receive().isEmpty(), "the other socket talks");
        }
        List<String> lines = mooring.log().stream().skip(logged).toList();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(
            lines
                .getFirst()
                .endsWith("at the socket of profile " + OWN + " while one is connected"),
            lines::toString);
      }
      Probe own = Probe.of(Lab.OS, Lab.TRANSPORT, scratch.file("a-" + OWN), ANSWER);
      assertEquals(128, own.queues().orElseThrow(), "the other socket serves afterwards");
      mooring.stop();
    }
  }

  @Test
  void socketsComeAndGoWithProfilesButNotUnderAGuest() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("%p/a"))) {
      Path file = mooring.home().resolve("load/extra.profile");
      Path socket = scratch.file("com.example.extra.v1/a");
      Files.writeString(file, EXTRA);
      Eventually.holds(
          "the new profile has a socket",
          PATIENCE,
          () -> mooring.port("a").getAsJsonObject("sockets").has("com.example.extra.v1"),
          () -> mooring.port("a"));
      try (NetPort _ = Lab.connect(socket, NetOptions.modern().ringSize(64))) {
        mooring.awaitState("a", "CONNECTED");
        Files.delete(file);
        mooring.must("vhost:feature-off mrg_rxbuf");
        await("another withdrawn profile's socket is gone", scratch.file(OWN), false);
        assertTrue(Files.exists(socket), "the connected socket is gone");
        assertEquals("com.example.extra.v1", mooring.port("a").get("profile").getAsString());
      }
      await("the withdrawn profile's socket and directory are gone", socket.getParent(), false);
      mooring.must("vhost:feature-on mrg_rxbuf");
      await("the restored profile's socket is there", scratch.file(OWN + "/a"), true);
      mooring.stop();
    }
  }

  @Test
  void unmodifiedQemuIsGivenAProfileByThePath() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch,
                "--port",
                "a=" + scratch.file("a-%p"),
                "--port",
                "b=" + scratch.file("b-%p"))) {
      exchange(mooring, scratch.file("a-" + PLAIN), scratch.file("b-" + OWN));
      mooring.stop();
    }
  }

  private static void exchange(MooringProcess mooring, Path atPlain, Path atOwn) {
    try (Guest plain = Guest.start(NetworkCard.at(atPlain, 1));
        Guest own = Guest.start(NetworkCard.at(atOwn, 2))) {
      plain.awaitUp();
      own.awaitUp();
      assertEquals(PLAIN, mooring.port("a").get("profile").getAsString());
      assertEquals(OWN, mooring.port("b").get("profile").getAsString());
      assertFalse(hasChecksums(plain), "the guest has an offload that its profile lacks");
      assertTrue(hasChecksums(own), "the guest lacks an offload that its profile has");
      String there = own.serve(1);
      assertEquals(there, plain.fetch(own));
    }
  }

  /** Whether a guest's network device has its first feature bit: VIRTIO_NET_F_CSUM. */
  private static boolean hasChecksums(Guest guest) {
    return guest.must("cat /sys/class/net/eth0/device/features").startsWith("1");
  }
}
