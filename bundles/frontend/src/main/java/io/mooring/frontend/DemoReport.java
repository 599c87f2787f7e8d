package io.mooring.frontend;

import io.mooring.api.port.PortStatus;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a demo says at its end. */
final class DemoReport {

  private static final String TABLE = "  %-18s %12s %14s %8s %10s %10s %10s%n";

  private final PrintStream out;

  DemoReport(PrintStream out) {
    this.out = out;
  }

  void outcomes(List<String> ways, List<Exchange.Outcome> outcomes, double seconds) {
    out.println();
    out.printf(TABLE, "", "frames", "bytes", "lost", "corrupted", "duplicated", "reordered");
    for (int i = 0; i < outcomes.size(); i++) {
      Exchange.Outcome each = outcomes.get(i);
      out.printf(
          TABLE,
          ways.get(i),
          number(each.received()),
          number(each.bytes()),
          number(each.lost()),
          number(each.corrupted()),
          number(each.duplicated()),
          number(each.reordered()));
    }
    long frames = outcomes.stream().mapToLong(Exchange.Outcome::received).sum();
    long bytes = outcomes.stream().mapToLong(Exchange.Outcome::bytes).sum();
    out.println();
    out.printf(
        Locale.ROOT,
        "  %,d frames in %.2f s: %,d frames/s, %.2f Gbit/s, every byte checked%n",
        frames,
        seconds,
        (long) (frames / seconds),
        8 * bytes / seconds / 1e9);
  }

  void port(PortStatus status) {
    out.println();
    out.printf(
        "  port %s: profile %s (features 0x%x), worker %s%n",
        status.name(), status.profile(), status.offeredFeatures(), status.worker());
    if (!status.counters().isEmpty()) {
      out.println(
          status.counters().entrySet().stream()
              .filter(each -> each.getValue() != 0)
              .map(each -> each.getKey() + " " + number(each.getValue()))
              .collect(Collectors.joining(", ", "    ", "")));
    }
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
