package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.acceptance.rig.TestPmd.Device;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** DPDK's virtio-user as the front-end with every ring format, at full speed both ways. */
final class LoadTest {

  /** {@code -Dacceptance.load.seconds=60} for longer. */
  private static final Duration LOAD =
      Duration.ofSeconds(Integer.getInteger("acceptance.load.seconds", 2));

  private static final Duration COLLECT = Duration.ofMillis(500);
  private static final int BURSTS = 8;

  static Stream<Device> devices() {
    return Stream.of(
        Device.of(",in_order=0"),
        Device.of(",in_order=1"),
        Device.of(",packed_vq=1,in_order=0"),
        Device.of(",packed_vq=1,in_order=1"),
        Device.of(",vectorized=1,in_order=0,mrg_rxbuf=0"),
        new Device(4, 256, ",packed_vq=1"));
  }

  @ParameterizedTest
  @MethodSource("devices")
  void everyFrameArrivesAndAllCountersAgree(Device device) {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch, "--port", "a=" + scratch.file("a"), "--port", "b=" + scratch.file("b"));
        TestPmd pmd = TestPmd.start(device, scratch.file("a"), scratch.file("b"))) {
      pmd.bounce(BURSTS);
      Eventually.pause(LOAD);
      pmd.stop();
      pmd.collect(COLLECT);
      List<Map<String, Long>> sides = pmd.counters();
      JsonObject a = mooring.port("a").getAsJsonObject("counters");
      JsonObject b = mooring.port("b").getAsJsonObject("counters");
      String all = "%s %s %s".formatted(sides, a, b);
      assertAgree(sides.get(0), a, all);
      assertAgree(sides.get(1), b, all);
      assertEquals(sides.get(0).get("TX-packets"), sides.get(1).get("RX-packets"), all);
      assertEquals(sides.get(1).get("TX-packets"), sides.get(0).get("RX-packets"), all);
      assertTrue(sides.get(0).get("RX-packets") > BURSTS * 32 * LOAD.toSeconds(), all);
      mooring.stop();
    }
  }

  private static void assertAgree(Map<String, Long> side, JsonObject counters, String all) {
    assertEquals(side.get("TX-packets"), counters.get("from_guest_frames").getAsLong(), all);
    assertEquals(side.get("TX-bytes"), counters.get("from_guest_bytes").getAsLong(), all);
    assertEquals(side.get("RX-packets"), counters.get("to_guest_frames").getAsLong(), all);
    assertEquals(side.get("RX-bytes"), counters.get("to_guest_bytes").getAsLong(), all);
    for (String counter : counters.keySet()) {
      if (counter.contains("dropped")) {
        assertEquals(0, counters.get(counter).getAsLong(), counter + ": " + all);
      }
    }
  }
}
