package io.mooring.bench;

import java.util.List;

/** What {@code ./mooring bench --help} says. */
final class Help {

  private Help() {}

  /** Tells of one benchmark at length, of several in short. */
  static String of(List<Benchmark> benchmarks) {
    var text = new StringBuilder();
    if (benchmarks.size() > 1) {
      text.append(
          "usage: ./mooring bench [NAME [OPTIONS]] [--json FILE]    without a name all run\n");
      for (Benchmark each : benchmarks) {
        text.append("  %-8s %s%n".formatted(each.name(), each.purpose()));
      }
      text.append("./mooring bench NAME --help tells the options of one\n");
      return text.toString();
    }
    Benchmark benchmark = benchmarks.getFirst();
    text.append("usage: ./mooring bench %s [OPTIONS]%n".formatted(benchmark.name()));
    for (Option option : benchmark.options()) {
      String fallback = option.fallback().isEmpty() ? "" : " (" + option.fallback() + ")";
      text.append("  %-10s %s%s%n".formatted(option.flag(), option.meaning(), fallback));
    }
    text.append("  --json     a file for every sample and what was made of them\n\n");
    return text.append(benchmark.notes()).append('\n').toString();
  }
}
