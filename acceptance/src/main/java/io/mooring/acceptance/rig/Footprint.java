package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds of its front-ends.
 *
 * @param descriptors what its open files are
 * @param guestMemory its mappings of files without a name, which guest memory is
 * @param threads the names of its threads
 */
public record Footprint(List<String> descriptors, List<String> guestMemory, List<String> threads) {

  /** Threads of the JVM, of Felix and of a shell session that come and go as they like. */
  private static final Pattern PASSING =
      Pattern.compile(
          "(C[12] Compiler|ForkJoinPool|VirtualThread|FelixResolver|session-|Attach ).*");

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Looks at a process. */
  public static Footprint of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return new Footprint(descriptors(process), guestMemory(process), threads(process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a process holds no more than it did before: nothing of a front-end may stay. */
  public void awaitNoMore(long pid) {
    Eventually.holds(
        "process %d holds no more than before".formatted(pid),
        PATIENCE,
        () -> more(pid).isEmpty(),
        () -> "more are " + more(pid));
  }

  private List<String> more(long pid) {
    Footprint now = of(pid);
    List<String> more = new ArrayList<>(more(now.descriptors, descriptors));
    more.addAll(more(now.guestMemory, guestMemory));
    more.addAll(more(now.threads, threads));
    return more;
  }

  private static List<String> more(List<String> now, List<String> before) {
    List<String> more = new ArrayList<>(now);
    before.forEach(more::remove);
    return more;
  }

  private static List<String> descriptors(Path process) throws IOException {
    List<String> descriptors = new ArrayList<>();
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      for (Path file : files.toList()) {
        describe(file).ifPresent(descriptors::add);
      }
    }
    descriptors.sort(String::compareTo);
    return descriptors;
  }

  /** What an open file is, without its number; empty when it was closed meanwhile. */
  private static Optional<String> describe(Path file) {
    try {
      return Optional.of(Files.readSymbolicLink(file).toString().replaceAll("\\[\\d+]", ""));
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  private static List<String> guestMemory(Path process) throws IOException {
    return Files.readAllLines(process.resolve("maps")).stream()
        .filter(line -> line.endsWith(" (deleted)") || line.contains(" /memfd:"))
        .map(line -> line.replaceAll("^\\S+ (\\S+) .* /", "$1 /"))
        .sorted()
        .toList();
  }

  private static List<String> threads(Path process) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      tasks.forEach(task -> name(task).ifPresent(names::add));
    }
    names.removeIf(PASSING.asMatchPredicate());
    names.sort(String::compareTo);
    return names;
  }

  /** A thread's name; empty when it ended meanwhile. */
  private static Optional<String> name(Path task) {
    try {
      return Optional.of(Files.readString(task.resolve("comm")).strip());
    } catch (IOException ended) {
      return Optional.empty();
    }
  }
}
