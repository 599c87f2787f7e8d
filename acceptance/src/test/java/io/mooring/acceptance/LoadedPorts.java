package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.acceptance.rig.TestPmd.Device;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A Mooring with two ports, between which DPDK sends at full speed. */
final class LoadedPorts implements AutoCloseable {

  private static final int BURSTS = 8;
  private static final Duration COLLECT = Duration.ofMillis(500);

  private final Scratch scratch = Scratch.make();
  private final MooringProcess mooring =
      MooringProcess.start(
          scratch, "--port", "a=" + scratch.file("a"), "--port", "b=" + scratch.file("b"));

  /** Where the sockets and the home are. */
  Scratch scratch() {
    return scratch;
  }

  MooringProcess mooring() {
    return mooring;
  }

  /** The load, with options of its network devices. */
  TestPmd load(String options) {
    TestPmd pmd = TestPmd.start(Device.of(options), scratch.file("a"), scratch.file("b"));
    pmd.bounce(BURSTS);
    return pmd;
  }

  /** Ends the load: what one side sent, the other one got. */
  void assertNothingIsLost(TestPmd pmd) {
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

  @Override
  public void close() {
    mooring.close();
    scratch.close();
  }
}
