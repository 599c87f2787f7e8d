package io.mooring.acceptance.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long VMs stood still in their moves, how much of their memory followed in that time, which is
 * the guest's and QEMU's doing, and what their pings lost, beside another back-end.
 */
public final class MoveReport {

  /** The row to compare with. */
  public static final String PEER = "DPDK - DPDK";

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private static final class Row {
    private final List<Long> downtimes = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();
    private String talk = "";

    private static long median(List<Long> sorted) {
      return sorted.get(sorted.size() / 2);
    }
  }

  private Row row(String name) {
    return rows.computeIfAbsent(name, _ -> new Row());
  }

  /** A VM has moved. */
  public void moved(String row, Guest.Move move) {
    row(row).downtimes.add(move.downtimeMillis());
    row(row).bytes.add(move.downtimeBytes());
  }

  /** What a VM said and heard in all its moves. */
  public void talked(String row, Talk.Outcome talk) {
    row(row).talk =
        "%d of %d pings lost, %d files right"
            .formatted(talk.lostPings(), talk.pings(), talk.files());
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder("%-46s %s%n".formatted("VMs moved there and back", "stood still, ms"));
    rows.forEach((name, row) -> {
      row.downtimes.sort(null);
      row.bytes.sort(null);
      text.append(
          "%-46s median %d of %d (%d-%d), in which %.1f MB moved; %s%n"
              .formatted(
                  name,
                  Row.median(row.downtimes),
                  row.downtimes.size(),
                  row.downtimes.getFirst(),
                  row.downtimes.getLast(),
                  Row.median(row.bytes) / 1e6,
                  row.talk));
    });
    return text.toString();
  }
}
