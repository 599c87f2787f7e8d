package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.acceptance.rig.TestPmd.Device;
import io.mooring.container.engines.EngineJar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms are swapped while DPDK sends at full speed: what one side sent, the other one got. */
final class SwapUnderLoadTest {

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
  @ValueSource(
      strings = {
        ",in_order=0",
        ",in_order=1",
        ",packed_vq=1,in_order=0",
        ",packed_vq=1,in_order=1",
        ",mrg_rxbuf=0,in_order=0"
      })
  void everyRingFormatLosesNothingThroughSwapsOfEngineAndDevice(String options) {
    try (TestPmd pmd = load(options)) {
      for (String room : List.of("virtqueue", "net", "virtqueue", "net")) {
        mooring.must("vhost:swap %s --probation 0.3 --warm-up 0.5".formatted(room));
      }
      assertNothingIsLost(pmd);
    }
  }

  @Test
  void anEngineThatThrowsAtItsTenThousandthBurstIsTakenBackAndTheShellSaysWhy() {
    Path engine = Distribution.bundle("virtqueue");
    Path broken = EngineJar.broken(engine, scratch.path(), "ThrowsInTake");
    try (TestPmd pmd = load(",in_order=0")) {
      Command.Outcome outcome =
          mooring.exec(
              "vhost:swap virtqueue --bundle %s --warm-up 0 --probation 30".formatted(broken));
      String why = "the engine throws java.lang.IllegalStateException: burst 10000";
      assertEquals(1, outcome.status(), outcome.toString());
      assertTrue(outcome.err().contains("was taken back: port "), outcome.err());
      assertTrue(outcome.err().contains(why), outcome.err());
      assertTrue(mooring.must("vhost:ports").contains(why));
      assertTrue(mooring.log().stream().anyMatch(line -> line.contains(why)), "the log says why");
      assertEquals("CONNECTED", mooring.port("a").get("state").getAsString());
      assertNothingIsLost(pmd);
    }
  }
}
