package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Command.Outcome;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shell's commands, by {@code ./mooring exec}. */
final class ShellTest {

  @Test
  void portsComeAndGoAndComeBackAfterARestart() {
    try (Scratch scratch = Scratch.make()) {
      Path socket = scratch.file("a");
      try (MooringProcess mooring = MooringProcess.start(scratch)) {
        mooring.must("vhost:port-add a --socket " + socket + " --mtu 9000 --switch blue");
        JsonObject added = mooring.port("a");
        assertEquals("LISTENING", added.get("state").getAsString());
        mooring.must("vhost:port-add gone --socket " + scratch.file("gone"));
        mooring.must("vhost:port-remove gone");
        assertFalse(Files.exists(scratch.file("gone")), "a removed port's socket is left");
        mooring.stop();
        assertFalse(Files.exists(socket), "a stopped port's socket is left");
      }
      try (MooringProcess mooring = MooringProcess.start(scratch)) {
        assertEquals(List.of("a"), names(mooring.json("vhost:ports")), "saved ports");
        JsonObject settings = mooring.port("a").getAsJsonObject("settings");
        assertEquals("9000", settings.get("mtu").getAsString());
        assertEquals("blue", settings.get("switch").getAsString());
        assertTrue(Files.exists(socket), "a saved port listens again");
        mooring.stop();
      }
    }
  }

  private static List<String> names(JsonElement ports) {
    List<String> names = new ArrayList<>();
    ports.getAsJsonArray().forEach(port -> names.add(name(port)));
    return names;
  }

  private static String name(JsonElement port) {
    return port.getAsJsonObject().get("name").getAsString();
  }

  @Test
  void refusedPortsLeaveNothing() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("a"))) {
      Path missing = scratch.file("missing/b");
      assertRefused(mooring.exec("vhost:port-add b --socket " + missing), missing.toString());
      assertRefused(mooring.exec("vhost:port-add a --socket " + scratch.file("b")), "'a'");
      assertRefused(mooring.exec("vhost:port-add b"), "--socket");
      assertRefused(mooring.exec("vhost:port-add b --socket relative"), "relative");
      assertRefused(mooring.exec("vhost:port-add b --socket /" + "x".repeat(107)), "108");
      assertRefused(mooring.exec("vhost:port-remove b"), "'b'");
      assertRefused(mooring.exec("vhost:port b"), "'b'");
      assertRefused(mooring.exec("vhost:probe " + scratch.file("b")), scratch.file("b").toString());
      assertRefused(mooring.exec("vhost:sail"), "sail");
      assertEquals(List.of("a"), names(mooring.json("vhost:ports")));
      mooring.stop();
      assertEquals(0, mooring.home().resolve("etc").toFile().list().length, "files in etc");
    }
  }

  private static void assertRefused(Outcome outcome, String word) {
    assertNotEquals(0, outcome.status(), outcome::toString);
    assertEquals(1, outcome.errors().size(), () -> "one line: " + outcome);
    assertTrue(outcome.err().contains(word), () -> "names " + word + ": " + outcome);
  }

  @Test
  void answersInJsonAreWhatTheFrontEndSees() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("a"))) {
      Probe seen = Probe.of(Lab.OS, Lab.TRANSPORT, scratch.file("a"), Duration.ofSeconds(5));
      JsonObject asked = mooring.json("vhost:probe " + scratch.file("a")).getAsJsonObject();
      assertEquals(hex(seen.features()), asked.get("features").getAsString());
      assertEquals(
          hex(seen.protocolFeatures().orElseThrow()), asked.get("protocol_features").getAsString());
      assertEquals(seen.queues().orElseThrow(), asked.get("queues").getAsLong());
      assertEquals(seen.slots().orElseThrow(), asked.get("mem_slots").getAsLong());
      // Bit 30 is the vhost-user protocol's, and no feature of the device.
      String offered = hex(seen.features() & ~RingFeature.PROTOCOL_FEATURES.mask());
      assertEquals(offered, mooring.port("a").get("offeredFeatures").getAsString());
      assertEquals(List.of("a"), names(mooring.json("vhost:stats")));
      assertTrue(mooring.must("help").contains("port-add"), "help names the commands");
      mooring.stop();
    }
  }

  @Test
  void everyCommandExplainsItself() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = MooringProcess.start(scratch)) {
      for (String name : names(mooring.json("vhost:help"))) {
        String help = mooring.must(name + " --help");
        assertTrue(help.startsWith(name.replace("vhost:", "") + " - "), help);
        assertTrue(help.contains("--help"), help);
      }
    }
  }

  @Test
  void aLinkIsTakenAwayAndGivenBack() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("a"))) {
      assertEquals("up", mooring.port("a").get("link").getAsString());
      assertEquals("port a: link down", mooring.must("vhost:link a down").strip());
      assertEquals("down", mooring.port("a").get("link").getAsString());
      mooring.must("vhost:link a up");
      assertEquals("up", mooring.port("a").get("link").getAsString());
      assertRefused(mooring.exec("vhost:link a sideways"), "up and down");
      assertRefused(mooring.exec("vhost:link b down"), "'b'");
      mooring.stop();
    }
  }

  @Test
  void aLinkThatIsDownStaysSoAtTheNextStart() {
    try (Scratch scratch = Scratch.make()) {
      try (MooringProcess mooring = MooringProcess.start(scratch)) {
        mooring.must("vhost:port-add a --socket " + scratch.file("a"));
        mooring.must("vhost:link a down");
        mooring.stop();
      }
      try (MooringProcess mooring = MooringProcess.start(scratch)) {
        assertEquals("down", mooring.port("a").get("link").getAsString());
        mooring.must("vhost:link a up");
        mooring.stop();
      }
    }
  }

  /** Where the kernel has a back-end of its own it is a profile, and one line where it has none. */
  @Test
  void kernelsOwnBackEndIsAProfileWhereItIsThere() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = MooringProcess.start(scratch)) {
      Outcome outcome = mooring.exec("vhost:probe /dev/vhost-net --as-profile org.kernel.v6.1");
      if (Files.exists(Path.of("/dev/vhost-net"))) {
        assertEquals(0, outcome.status(), outcome::toString);
        assertTrue(outcome.out().contains("version_1=on"), outcome::toString);
      } else {
        assertRefused(outcome, "/dev/vhost-net is not there");
      }
      mooring.stop();
    }
  }

  private static String hex(long word) {
    return "0x" + Long.toHexString(word);
  }

  @Test
  void demoReportsWithoutATerminal() {
    Outcome outcome = Distribution.run("demo");
    assertEquals(0, outcome.status(), outcome::toString);
    assertTrue(outcome.out().contains("1,000,000 frames"), outcome::toString);
    assertFalse(
        outcome.out().contains("\r") || outcome.out().contains("\u001b"), outcome::toString);
    assertEquals("", outcome.err(), outcome::toString);
  }
}
