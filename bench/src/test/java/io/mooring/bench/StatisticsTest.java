package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void theMedianOfFiveIsTheThird() {
    assertEquals(new Statistics(3, 1, 9), Statistics.of(List.of(9.0, 1.0, 3.0, 2.0, 5.0)));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertEquals(new Statistics(2.5, 1, 9), Statistics.of(List.of(9.0, 1.0, 3.0, 2.0)));
  }

  @Property
  void asManySamplesAreBelowTheMedianAsAbove(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1e9) Double> samples) {
    Statistics statistics = Statistics.of(samples);
    long below = samples.stream().filter(each -> each < statistics.median()).count();
    long above = samples.stream().filter(each -> each > statistics.median()).count();
    int half = samples.size() / 2;
    assertTrue(below <= half && above <= half, statistics + " of " + samples);
    assertTrue(
        samples.contains(statistics.least()) && samples.contains(statistics.most()),
        statistics + " of " + samples);
  }
}
