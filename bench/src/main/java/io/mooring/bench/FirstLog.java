package io.mooring.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What the first log since a back-end's start costs at its very beginning, when nothing of it has
 * run before.
 *
 * @param before frames/s in the second before it
 * @param tenths frames/s in each tenth of the second after it
 */
record FirstLog(int bytes, double before, List<Double> tenths) {

  private static final int TENTHS = 10;
  private static final long TENTH_MILLIS = 100;

  /** Turns the log on, and leaves it so. */
  static FirstLog begin(BackEnd.Running running, int bytes, List<LoggedPort> ports)
      throws BenchException, InterruptedException {
    double before = rate(running, TENTHS * TENTH_MILLIS);
    for (LoggedPort port : ports) {
      port.log(true);
    }
    var tenths = new ArrayList<Double>();
    for (int tenth = 0; tenth < TENTHS; tenth++) {
      tenths.add(rate(running, TENTH_MILLIS));
      for (LoggedPort port : ports) {
        port.collect();
      }
    }
    return new FirstLog(bytes, before, tenths);
  }

  private static double rate(BackEnd.Running running, long millis)
      throws BenchException, InterruptedException {
    BackEnd.Work work = running.work();
    long began = System.nanoTime();
    Thread.sleep(millis);
    return (running.work().frames() - work.frames()) * 1e9 / (System.nanoTime() - began);
  }

  /** Of the second after it, by the second before it. */
  double ratio() {
    return tenths.stream().mapToDouble(Double::doubleValue).average().orElseThrow() / before;
  }

  /** Of the tenth of a second that it hits hardest. */
  double least() {
    return tenths.stream().mapToDouble(Double::doubleValue).min().orElseThrow() / before;
  }
}
