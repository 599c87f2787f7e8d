package io.mooring.container;

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
 * What this process holds.
 *
 * @param threads the names of its Java threads
 * @param descriptors what its open files are
 * @param guestMemory its mappings of memory files, which guest memory is
 */
record Footprint(List<String> threads, List<String> descriptors, List<String> guestMemory) {

  /**
   * Threads that the JDK, Felix's resolver and Gogo's sessions keep for a while, and those that
   * clean up for who is collected later.
   */
  private static final Pattern PASSING =
      Pattern.compile(
          "(ForkJoinPool|CompletableFutureDelay|FelixResolver|process reaper|session-|Cleaner-).*");

  /** Logback's, until it is collected. */
  private static final String LOG = System.getProperty("container.log");

  private static final Duration BETWEEN_COLLECTIONS = Duration.ofMillis(250);

  private static final Path SELF = Path.of("/proc/self");

  static Footprint now() {
    try {
      return new Footprint(liveThreads(), openFiles(), memoryFiles());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Waits until no more is held than was then; what only waits to be collected is not held. A
   * rehearsal may be under way, and is to get on between two collections.
   */
  void awaitNoMore() {
    Eventually.holds(
        "no more is held than before",
        () -> {
          System.gc();
          boolean none = more().isEmpty();
          if (!none) {
            Eventually.pause(BETWEEN_COLLECTIONS);
          }
          return none;
        },
        () -> "more are " + more());
  }

  private List<String> more() {
    Footprint now = now();
    List<String> more = new ArrayList<>(more(now.threads, threads));
    more.addAll(more(now.descriptors, descriptors));
    more.addAll(more(now.guestMemory, guestMemory));
    return more;
  }

  private static List<String> more(List<String> now, List<String> before) {
    List<String> more = new ArrayList<>(now);
    before.forEach(more::remove);
    return more;
  }

  private static List<String> liveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(PASSING.asMatchPredicate().negate())
        .sorted()
        .toList();
  }

  private static List<String> openFiles() throws IOException {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      return files.flatMap(file -> describe(file).stream()).sorted().toList();
    }
  }

  /**
   * What an open file is, without what differs from time to time: an inode's number, a bundle's
   * revision. Empty when it was closed meanwhile, as the list's own directory is.
   */
  private static Optional<String> describe(Path file) {
    try {
      String target = Files.readSymbolicLink(file).toString();
      return target.startsWith("/proc/") || target.startsWith(LOG)
          ? Optional.empty()
          : Optional.of(target.replaceAll("\\[\\d+]|/version[\\d.]+/|(?<=/bundle)\\d+", ""));
    } catch (IOException closed) {
      return Optional.empty();
    }
  }

  private static List<String> memoryFiles() throws IOException {
    return Files.readAllLines(SELF.resolve("maps")).stream()
        .filter(line -> line.contains(" /memfd:"))
        .map(line -> line.replaceAll("^\\S+ (\\S+) .* /", "$1 /"))
        .sorted()
        .toList();
  }
}
