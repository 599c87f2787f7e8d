package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.container.broken.RoomJar;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms are swapped while DPDK sends at full speed: what one side sent, the other one got. */
final class SwapUnderLoadTest {

  private final LoadedPorts ports = new LoadedPorts();
  private final MooringProcess mooring = ports.mooring();

  @AfterEach
  void close() {
    ports.close();
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
    try (TestPmd pmd = ports.load(options)) {
      for (String room : List.of("virtqueue", "net", "virtqueue", "net")) {
        mooring.must("vhost:swap %s --probation 0.3 --warm-up 0.5".formatted(room));
      }
      ports.assertNothingIsLost(pmd);
    }
  }

  @Test
  void anEngineThatThrowsAtItsTenThousandthBurstIsTakenBackAndTheShellSaysWhy() {
    Path engine = Distribution.bundle("virtqueue");
    Path broken = RoomJar.brokenEngine(engine, ports.scratch().path(), "ThrowsInTake");
    try (TestPmd pmd = ports.load(",in_order=0")) {
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
      ports.assertNothingIsLost(pmd);
    }
  }
}
