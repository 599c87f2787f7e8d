package io.mooring.bench;

import java.util.List;

/** The middle and the ends of some samples. */
record Statistics(double median, double least, double most) {

  /** Of at least one sample. */
  static Statistics of(List<Double> samples) {
    List<Double> sorted = samples.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Statistics(median, sorted.getFirst(), sorted.getLast());
  }
}
