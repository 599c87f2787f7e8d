package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChildTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static Bench bench() throws BenchException {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new Bench(Path.of("/"), nowhere, new Progress(nowhere));
  }

  private static Child shell(Bench bench, String script) throws BenchException {
    return bench.start("sh", List.of("sh", "-c", script), Map.of());
  }

  @Test
  void aProgramIsToldLinesAndItsAnswersAreFoundInTurn() throws Exception {
    try (Bench bench = bench()) {
      Child child = shell(bench, "while read line; do echo \"got $line\"; done");
      child.tell("one");
      assertEquals("one", child.await(Pattern.compile("got (.*)\n"), SOON).group(1));
      child.tell("two");
      assertEquals("two", child.await(Pattern.compile("got (.*)\n"), SOON).group(1));
    }
  }

  @Test
  void aProgramThatEndsIsReportedWithItsComplaint() throws Exception {
    try (Bench bench = bench()) {
      Child child = shell(bench, "echo hello; echo 'EAL: Error: no memory' >&2; echo bye");
      var failure =
          assertThrows(BenchException.class, () -> child.await(Pattern.compile("never"), SOON));
      assertEquals("sh ended: EAL: Error: no memory", failure.getMessage());
    }
  }

  @Test
  void aProgramThatSaysNothingIsNotWaitedForForEver() throws Exception {
    try (Bench bench = bench()) {
      Child child = shell(bench, "exec sleep 60");
      var failure =
          assertThrows(
              BenchException.class,
              () -> child.await(Pattern.compile("never"), Duration.ofMillis(50)));
      assertTrue(failure.getMessage().startsWith("sh: no 'never' within"), failure.getMessage());
    }
  }

  @Test
  void aRunThatEndsLeavesNeitherProgramsNorFiles() throws Exception {
    Bench bench = bench();
    Files.writeString(bench.fresh("files").resolve("file"), "x");
    Child child = shell(bench, "exec sleep 60");

    bench.close();

    assertFalse(
        ProcessHandle.of(child.pid()).map(ProcessHandle::isAlive).orElse(false), "it still runs");
    assertFalse(Files.exists(bench.directory()), "files are left in " + bench.directory());
    assertThrows(BenchException.class, () -> shell(bench, "true"));
  }
}
