package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetRowTest {

  private static NetSample sample(String backEnd, int pair, long framesPerSecond) {
    return new NetSample(backEnd, 64, pair, framesPerSecond, 100 * pair, 0, 0, 0, "0x0");
  }

  @Test
  void theRatioIsTakenPairByPair() {
    // A machine that halves its speed after the first pair changes no ratio.
    List<NetSample> dpdk =
        List.of(sample("dpdk", 1, 1000), sample("dpdk", 2, 500), sample("dpdk", 3, 500));
    List<NetSample> mooring =
        List.of(sample("mooring", 1, 1200), sample("mooring", 2, 600), sample("mooring", 3, 450));

    NetRow row = NetRow.of(dpdk, mooring);

    assertEquals(new Statistics(1.2, 0.9, 1.2), row.ratio());
    assertEquals(new Statistics(500, 500, 1000), row.dpdkFramesPerSecond());
    assertEquals(new Statistics(200, 100, 300), row.mooringBusyNanosPerFrame());
  }
}
