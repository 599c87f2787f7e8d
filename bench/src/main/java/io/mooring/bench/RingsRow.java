package io.mooring.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the samples of one ring format and frame size come to.
 *
 * @param speed frames/s by those of split rings in the same round
 * @param cost busy time a frame by that of split rings in the same round: below 1 is less work
 */
record RingsRow(
    int bytes,
    String format,
    Statistics framesPerSecond,
    Statistics speed,
    Statistics busyNanosPerFrame,
    Statistics cost) {

  static final String HEAD =
      """
                                              frames/s, and by split's          busy ns a frame, and by split's
        bytes  format                      median  median  least   most    median  median  least   most\
      """;

  /** Of samples of one size, those of one round at the same place in both lists. */
  static RingsRow of(String format, List<NetSample> split, List<NetSample> samples) {
    return new RingsRow(
        samples.getFirst().bytes(),
        format,
        Statistics.of(values(samples, NetSample::framesPerSecond)),
        ratio(samples, split, NetSample::framesPerSecond),
        Statistics.of(values(samples, NetSample::busyNanosPerFrame)),
        ratio(samples, split, NetSample::busyNanosPerFrame));
  }

  private static Statistics ratio(
      List<NetSample> these, List<NetSample> those, ToDoubleFunction<NetSample> value) {
    List<Double> numerators = values(these, value);
    List<Double> denominators = values(those, value);
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < numerators.size(); i++) {
      ratios.add(numerators.get(i) / denominators.get(i));
    }
    return Statistics.of(ratios);
  }

  private static List<Double> values(List<NetSample> samples, ToDoubleFunction<NetSample> value) {
    return samples.stream().mapToDouble(value).boxed().toList();
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "  %5d  %-18s  %,14.0f %7.2f %6.2f %6.2f  %8.1f %7.2f %6.2f %6.2f",
        bytes,
        format,
        framesPerSecond.median(),
        speed.median(),
        speed.least(),
        speed.most(),
        busyNanosPerFrame.median(),
        cost.median(),
        cost.least(),
        cost.most());
  }
}
