package io.mooring.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the samples of one frame size come to.
 *
 * @param ratio Mooring's frames/s by DPDK's, pair by pair
 */
record NetRow(
    int bytes,
    Statistics dpdkFramesPerSecond,
    Statistics mooringFramesPerSecond,
    Statistics ratio,
    Statistics dpdkBusyNanosPerFrame,
    Statistics mooringBusyNanosPerFrame) {

  static final String HEAD =
      """
                    frames/s              ratio                     busy ns a frame
        bytes        dpdk     mooring    median  least   most        dpdk     mooring\
      """;

  /** Of samples of one size, those of one pair at the same place in both lists. */
  static NetRow of(List<NetSample> dpdk, List<NetSample> mooring) {
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < dpdk.size(); i++) {
      ratios.add((double) mooring.get(i).framesPerSecond() / dpdk.get(i).framesPerSecond());
    }
    return new NetRow(
        dpdk.getFirst().bytes(),
        of(dpdk, NetSample::framesPerSecond),
        of(mooring, NetSample::framesPerSecond),
        Statistics.of(ratios),
        of(dpdk, NetSample::busyNanosPerFrame),
        of(mooring, NetSample::busyNanosPerFrame));
  }

  private static Statistics of(List<NetSample> samples, ToDoubleFunction<NetSample> value) {
    return Statistics.of(samples.stream().mapToDouble(value).boxed().toList());
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "  %5d %,11.0f %,11.0f    %6.2f %6.2f %6.2f    %8.1f    %8.1f",
        bytes,
        dpdkFramesPerSecond.median(),
        mooringFramesPerSecond.median(),
        ratio.median(),
        ratio.least(),
        ratio.most(),
        dpdkBusyNanosPerFrame.median(),
        mooringBusyNanosPerFrame.median());
  }
}
