package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RingsRowTest {

  private static NetSample sample(int round, long framesPerSecond, double busy) {
    return new NetSample("mooring", 64, round, framesPerSecond, busy, 0, 0, 0, "0x0");
  }

  @Test
  void aFormatIsComparedWithSplitRoundByRound() {
    List<NetSample> split = List.of(sample(1, 1000, 50), sample(2, 500, 100), sample(3, 500, 100));
    List<NetSample> packed = List.of(sample(1, 1100, 40), sample(2, 550, 90), sample(3, 400, 130));

    RingsRow row = RingsRow.of("packed", split, packed);

    assertEquals(new Statistics(550, 400, 1100), row.framesPerSecond());
    assertEquals(new Statistics(1.1, 0.8, 1.1), row.speed());
    assertEquals(new Statistics(90, 40, 130), row.busyNanosPerFrame());
    assertEquals(new Statistics(0.9, 0.8, 1.3), row.cost());
  }
}
