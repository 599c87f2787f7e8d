package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestTest {

  private static final List<Benchmark> KNOWN = List.of(new StartBenchmark(), new NetBenchmark());

  private static Request parse(String... arguments) throws BenchException {
    return Request.parse(KNOWN, List.of(arguments));
  }

  private static String refused(String... arguments) {
    var refusal = assertThrows(BenchException.class, () -> parse(arguments));
    assertEquals(BenchException.USAGE, refusal.status());
    return refusal.getMessage();
  }

  @Test
  void withoutANameAllBenchmarksRun() throws BenchException {
    assertEquals(KNOWN, parse().benchmarks());
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertEquals("nat: no such benchmark, there are start, net", refused("nat"));
  }

  @Test
  void optionsHaveDefaultsAndMayBeAttached() throws BenchException {
    Request request = parse("net", "--pairs=7", "--sizes", "64,1500");
    Settings settings = request.settings(request.benchmarks().getFirst());

    assertEquals(7, settings.number("--pairs", 1, 100));
    assertEquals(List.of(64, 1500), settings.numbers("--sizes", 60, 9000));
    assertEquals(3, settings.number("--seconds", 1, 100));
  }

  @Test
  void wrongOptionsAreRefusedByName() throws BenchException {
    assertTrue(refused("net", "--pears", "3").startsWith("--pears: unknown option, known are"));
    assertEquals("--pairs: its value is missing", refused("net", "--pairs"));
    assertEquals("--pairs: given twice", refused("net", "--pairs", "3", "--pairs", "3"));
    assertTrue(refused("--pairs", "3").startsWith("--pairs: options other than --json"));
    Request request = parse("net", "--sizes", "64,,128");
    Settings settings = request.settings(request.benchmarks().getFirst());
    var refusal = assertThrows(BenchException.class, () -> settings.numbers("--sizes", 60, 9000));
    assertEquals("--sizes : expected a number from 60 to 9000", refusal.getMessage());
  }

  @Test
  void theFileIsCheckedBeforeAnythingIsMeasured(@TempDir Path directory) throws BenchException {
    Path file = directory.resolve("result.json");

    assertEquals(Optional.of(file), parse("start", "--json", file.toString()).file());
    assertEquals(Optional.of(file), parse("--json=" + file).file());
    assertTrue(refused("--json", directory.toString()).endsWith("is a directory"));
    assertTrue(refused("--json", directory + "/no/file").contains("cannot write"));
    assertEquals("--json: its file is missing", refused("net", "--json"));
  }
}
