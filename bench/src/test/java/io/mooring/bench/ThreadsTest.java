package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadsTest {

  @Test
  void theForwardingThreadIsTheOneThatRanMostInBetween() {
    Threads before =
        Threads.of(Map.of("1", new Threads.Time(9000, 0), "2", new Threads.Time(100, 10)));
    Threads after =
        Threads.of(
            Map.of(
                "1", new Threads.Time(9001, 0),
                "2", new Threads.Time(700, 30),
                "3", new Threads.Time(50, 0)));

    assertEquals(new Threads.Time(600, 20), after.busiestSince(before));
  }

  @Test
  void theKernelsLineIsTimeRunningAndTimeWaiting() {
    assertEquals(new Threads.Time(5258032, 2641295), Threads.Time.parse("5258032 2641295 1\n"));
  }
}
