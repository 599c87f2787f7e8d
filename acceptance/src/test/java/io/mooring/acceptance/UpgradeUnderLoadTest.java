package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BundleJar;
import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.acceptance.rig.TestPmd.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new process takes over while DPDK sends at full speed, or cannot, and the old one goes on. */
final class UpgradeUnderLoadTest {

  private static final int BURSTS = 8;
  private static final Duration COLLECT = Duration.ofMillis(500);

  private final Scratch scratch = Scratch.make();
  private final MooringProcess mooring =
      MooringProcess.start(
          scratch, "--port", "a=" + scratch.file("a"), "--port", "b=" + scratch.file("b"));

  @AfterEach
  void close() {
    mooring.close();
    scratch.close();
  }

  private TestPmd load(String options) {
    TestPmd pmd = TestPmd.start(Device.of(options), scratch.file("a"), scratch.file("b"));
    pmd.bounce(BURSTS);
    return pmd;
  }

  private void assertNothingIsLost(TestPmd pmd) {
    long before = mooring.counter("a", "from_guest_frames");
    Eventually.holds(
        "frames go on",
        Duration.ofSeconds(10),
        () -> mooring.counter("a", "from_guest_frames") > before + 1000,
        () -> mooring.port("a"));
    pmd.stop();
    pmd.collect(COLLECT);
    List<Map<String, Long>> sides = pmd.counters();
    assertEquals(sides.get(0).get("TX-packets"), sides.get(1).get("RX-packets"), sides::toString);
    assertEquals(sides.get(1).get("TX-packets"), sides.get(0).get("RX-packets"), sides::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {",in_order=0", ",packed_vq=1,in_order=1"})
  void nothingIsLostAndNobodyIsDisconnected(String options) {
    try (TestPmd pmd = load(options)) {
      long first = mooring.pid();
      long counted = mooring.counter("a", "from_guest_frames");
      mooring.upgrade();
      assertNotEquals(first, mooring.pid());
      assertTrue(mooring.counter("a", "from_guest_frames") >= counted, "counters go on");
      assertNothingIsLost(pmd);
      assertTrue(
          mooring.log().stream().noneMatch(line -> line.contains("disconnected")),
          "no front-end was disconnected");
      mooring.stop();
    }
  }

  @Test
  void theOldProcessGoesOnWhenTheNewOneFails() throws IOException {
    try (TestPmd pmd = load(",in_order=0")) {
      long pid = mooring.pid();
      Path broken = program("exit 7");
      assertRefused("vhost:upgrade " + broken, "the new process ended with status 7");
      Path mute = program("sleep 60");
      assertRefused(
          "vhost:upgrade %s --patience 1".formatted(mute),
          "the new process does not come up within 1 s");
      assertRefused("vhost:upgrade mooring", "expected the absolute path");
      Path killed =
          program(
              "(while kill -0 $$ && ! [ -e %s/cache-$$ ]; do sleep 0.1; done; kill -9 $$) & exec %s \"$@\""
                  .formatted(scratch.file("home/data"), String.join(" ", Distribution.command())));
      assertRefused("vhost:upgrade " + killed, "process");
      Path lesser =
          Distribution.copy(
              scratch.file("lesser"),
              "virtqueue",
              BundleJar.of("virtqueue")
                  .with("Provide-Capability", all -> all.replace(",packed,", ",")));
      assertRefused(
          "vhost:upgrade " + lesser,
          "the new process waits in vain for port a (waits for profile io.mooring.v1");
      assertEquals(pid, mooring.pid());
      assertNothingIsLost(pmd);
      mooring.stop();
    }
  }

  private Path program(String script) throws IOException {
    Path program = Files.createTempFile(scratch.path(), "program", "");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program;
  }

  private void assertRefused(String line, String why) {
    Command.Outcome outcome = mooring.exec(line);
    assertEquals(1, outcome.status(), outcome.toString());
    assertTrue(outcome.err().contains(why), outcome.toString());
  }
}
