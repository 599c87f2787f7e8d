package io.mooring.acceptance.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long VMs stood still in their moves, how much of their memory followed in that time, which is
 * the guest's and QEMU's doing, and what their pings lost, beside another back-end. QEMU counts the
 * time at the source, so each way tells of the back-end that was left.
 */
public final class MoveReport {

  /** The row to compare with. */
  public static final String PEER = "DPDK - DPDK";

  /** Which of a row's two hosts is left. */
  public enum Way {
    /** The first. */
    THERE,
    /** The second. */
    BACK
  }

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private static final class Row {
    private final List<Guest.Move> there = new ArrayList<>();
    private final List<Guest.Move> back = new ArrayList<>();
    private String talk = "";

    private Stream<Guest.Move> all() {
      return Stream.concat(there.stream(), back.stream());
    }
  }

  private Row row(String name) {
    return rows.computeIfAbsent(name, _ -> new Row());
  }

  /** A VM has moved. */
  public void moved(String row, Way way, Guest.Move move) {
    switch (way) {
      case THERE -> row(row).there.add(move);
      case BACK -> row(row).back.add(move);
    }
  }

  /** What a VM said and heard in all its moves. */
  public void talked(String row, Talk.Outcome talk) {
    row(row).talk =
        "%d of %d pings lost, %d files right"
            .formatted(talk.lostPings(), talk.pings(), talk.files());
  }

  private static String line(String name, String rest) {
    return "%-46s %s%n".formatted(name, rest);
  }

  private static String downtimes(Stream<Guest.Move> moves) {
    List<Long> sorted = moves.map(Guest.Move::downtimeMillis).sorted().toList();
    return sorted.isEmpty()
        ? "none"
        : "median %d of %d (%d-%d)"
            .formatted(
                sorted.get(sorted.size() / 2), sorted.size(), sorted.getFirst(), sorted.getLast());
  }

  private static String row(Row row) {
    List<Long> bytes = row.all().map(Guest.Move::downtimeBytes).sorted().toList();
    return "there %s, back %s, in which %.1f MB moved; %s"
        .formatted(
            downtimes(row.there.stream()),
            downtimes(row.back.stream()),
            bytes.isEmpty() ? 0 : bytes.get(bytes.size() / 2) / 1e6,
            row.talk);
  }

  private Stream<Guest.Move> moves(boolean peer) {
    return rows.entrySet().stream()
        .filter(each -> each.getKey().equals(PEER) == peer)
        .flatMap(each -> each.getValue().all());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(line("VMs moved there and back", "stood still, ms"));
    rows.forEach((name, row) -> text.append(line(name, row(row))));
    text.append(line("all with Mooring", downtimes(moves(false))));
    text.append(line("all of " + PEER, downtimes(moves(true))));
    return text.toString();
  }
}
