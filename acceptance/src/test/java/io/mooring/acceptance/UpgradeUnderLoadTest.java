package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BundleJar;
import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.TestPmd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new process takes over while DPDK sends at full speed, or cannot, and the old one goes on. */
final class UpgradeUnderLoadTest {

  private final LoadedPorts ports = new LoadedPorts();
  private final MooringProcess mooring = ports.mooring();

  @AfterEach
  void close() {
    ports.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {",in_order=0", ",packed_vq=1,in_order=1"})
  void nothingIsLostAndNobodyIsDisconnected(String options) {
    try (TestPmd pmd = ports.load(options)) {
      long first = mooring.pid();
      long counted = mooring.counter("a", "from_guest_frames");
      mooring.upgrade();
      assertNotEquals(first, mooring.pid());
      assertTrue(mooring.counter("a", "from_guest_frames") >= counted, "counters go on");
      ports.assertNothingIsLost(pmd);
      assertTrue(
          mooring.log().stream().noneMatch(line -> line.contains("disconnected")),
          "no front-end was disconnected");
      mooring.stop();
    }
  }

  @Test
  void theOldProcessGoesOnWhenTheNewOneFails() throws IOException {
    try (TestPmd pmd = ports.load(",in_order=0")) {
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
                  .formatted(
                      ports.scratch().file("home/data"), String.join(" ", Distribution.command())));
      assertRefused("vhost:upgrade " + killed, "process");
      Path lesser =
          Distribution.copy(
              ports.scratch().file("lesser"),
              "virtqueue",
              BundleJar.of("virtqueue")
                  .with("Provide-Capability", all -> all.replace(",packed,", ",")));
      assertRefused(
          "vhost:upgrade " + lesser,
          "the new process waits in vain for port a (waits for profile io.mooring.v1");
      assertEquals(pid, mooring.pid());
      ports.assertNothingIsLost(pmd);
      mooring.stop();
    }
  }

  private Path program(String script) throws IOException {
    Path program = Files.createTempFile(ports.scratch().path(), "program", "");
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
