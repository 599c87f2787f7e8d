package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Distribution;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/peers.md} says which back-end serves what, and which test proves that Mooring does.
 * What Mooring serves is what its own documents and its own profile say, which other tests hold
 * against its code. {@code -Dmooring.update=true} writes it anew.
 */
final class PeersDocumentTest {

  private static final Path ROOT = Distribution.directory();

  /** Which cell of a row says what. */
  private static final int SERVED = 7;

  private static final int OFFERED = 3;
  private static final int NET_PROOF = 5;

  @Test
  void theDocumentIsWhatTheTablesSay() throws IOException {
    Path document = ROOT.resolve("docs/peers.md");
    String text = text();
    if (Boolean.getBoolean("mooring.update")) {
      Files.writeString(document, text);
    }
    assertEquals(
        text,
        Files.exists(document) ? Files.readString(document) : "",
        () -> document + " is stale: run this test with -Dmooring.update=true");
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Set<String> named =
        Stream.of(
                Arrays.stream(Request.values()).map(Proofs::of),
                Arrays.stream(ProtocolFeature.values()).map(Proofs::of),
                Arrays.stream(RingFeature.values()).map(Proofs::of))
            .flatMap(each -> each)
            .flatMap(each -> Stream.of(each.split(", ", -1)))
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> files = Files.walk(ROOT)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith("Test.java"))
          .forEach(name -> named.remove(name.substring(0, name.length() - ".java".length())));
    }
    assertEquals(Set.of(), named, "tests that are named and not there");
  }

  private static String text() throws IOException {
    var text = new StringBuilder();
    text.append("# What other back-ends serve, and what proves that Mooring does\n\n");
    text.append(
        "Written by PeersDocumentTest. \"Yes\" for another back-end means that it has the\n");
    text.append(
        "request or the feature, not that every application of it offers that; \"device\"\n");
    text.append(
        "that the library leaves it to the device. What Mooring does not serve is refused\n");
    text.append("by name, which the test that is named there proves.\n\n");
    text.append("| back-end | where that is read |\n| --- | --- |\n");
    for (BackEnd each : BackEnd.values()) {
      text.append("| %s | %s |\n".formatted(each.title(), each.source()));
    }
    requests(text);
    features(text);
    rings(text);
    net(text);
    return text.toString();
  }

  private static void requests(StringBuilder text) throws IOException {
    heading(text, "Requests", "number", "request");
    for (Request request : Request.values()) {
      row(text, request.number(), request.name());
      others(text, each -> each.serves(request));
      end(
          text,
          yes(cells("protocol.md", request.number(), request.name()), SERVED),
          Proofs.of(request));
    }
  }

  private static void features(StringBuilder text) throws IOException {
    heading(text, "Protocol features", "bit", "feature");
    for (ProtocolFeature feature : ProtocolFeature.values()) {
      row(text, feature.bit(), feature.name());
      others(text, each -> each.serves(feature));
      end(
          text,
          yes(cells("protocol.md", feature.bit(), feature.name()), OFFERED),
          Proofs.of(feature));
    }
  }

  private static void rings(StringBuilder text) throws IOException {
    heading(text, "Rings", "bit", "feature");
    String profile = Files.readString(ROOT.resolve("features/mooring/io.mooring.v1.profile"));
    for (RingFeature feature : RingFeature.values()) {
      row(text, feature.bit(), "`" + feature.property() + "`");
      others(text, each -> each.serves(feature));
      boolean offered = profile.matches("(?s).*\\b" + feature.property() + "=on\\b.*");
      end(text, offered || feature == RingFeature.PROTOCOL_FEATURES, Proofs.of(feature));
    }
  }

  private static void net(StringBuilder text) throws IOException {
    heading(text, "Net", "bit", "feature");
    for (NetFeature feature : NetFeature.values()) {
      String name = "`" + feature.property() + "`";
      List<String> cells = cells("net.md", feature.bit(), name);
      row(text, feature.bit(), name);
      for (BackEnd each : BackEnd.values()) {
        cell(text, each.isNet() ? word(each.serves(feature)) : "device");
      }
      end(text, yes(cells, OFFERED), cells.get(NET_PROOF));
    }
  }

  /** The row of a table in Mooring's documents. */
  private static List<String> cells(String document, int number, String name) throws IOException {
    String start = "| %d | %s |".formatted(number, name);
    String row =
        Files.readAllLines(ROOT.resolve("docs").resolve(document)).stream()
            .filter(line -> line.startsWith(start))
            .findFirst()
            .orElseThrow(() -> new AssertionError(document + " has no row " + start));
    return Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
  }

  private static boolean yes(List<String> cells, int cell) {
    return cells.get(cell).equals("yes");
  }

  private static void heading(StringBuilder text, String title, String number, String name) {
    text.append("\n## %s\n\n| %s | %s |".formatted(title, number, name));
    for (BackEnd each : BackEnd.values()) {
      cell(text, each.title());
    }
    text.append(" Mooring | proved by |\n| ---: | --- |");
    text.append(" --- |".repeat(BackEnd.values().length + 2)).append('\n');
  }

  private static void row(StringBuilder text, int number, String name) {
    text.append("| %d | %s |".formatted(number, name));
  }

  private static void others(StringBuilder text, Predicate<BackEnd> serves) {
    for (BackEnd each : BackEnd.values()) {
      cell(text, word(serves.test(each)));
    }
  }

  private static void end(StringBuilder text, boolean served, String proof) {
    cell(text, word(served));
    cell(text, proof);
    text.append('\n');
  }

  private static String word(boolean is) {
    return is ? "yes" : "no";
  }

  private static void cell(StringBuilder text, String content) {
    text.append(content.isEmpty() ? " |" : " %s |".formatted(content));
  }
}
