package io.mooring.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run of benchmarks works with, and all that it must leave as it was: programs, files, huge
 * pages.
 */
final class Bench implements AutoCloseable {

  private final Path root;
  private final Path directory;
  private final PrintStream out;
  private final Progress progress;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private boolean closed;

  /** Works for the checkout at {@code root} and prints to {@code out}. */
  Bench(Path root, PrintStream out, Progress progress) throws BenchException {
    this.root = root;
    this.out = out;
    this.progress = progress;
    try {
      // Short, because socket paths are.
      directory = Files.createTempDirectory(Path.of("/tmp"), "mooring-bench-");
    } catch (IOException exception) {
      throw BenchException.failed("cannot make a directory: " + exception);
    }
  }

  /** The one command of the checkout. */
  Path mooring() {
    return root.resolve("mooring");
  }

  /** Where files and sockets of the run are; it goes with the run. */
  Path directory() {
    return directory;
  }

  PrintStream out() {
    return out;
  }

  Progress progress() {
    return progress;
  }

  /** Starts a program that ends with the run at the latest. */
  Child start(String name, List<String> command, Map<String, String> environment)
      throws BenchException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    synchronized (this) {
      if (closed) {
        throw BenchException.failed("the run has ended");
      }
      try {
        var child = new Child(name, builder.start());
        owned.add(child);
        return child;
      } catch (IOException exception) {
        throw BenchException.failed("%s: %s".formatted(name, exception.getMessage()));
      }
    }
  }

  /** Closes something with the run. */
  synchronized <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  /** Makes a fresh, empty directory. */
  Path fresh(String name) throws BenchException {
    Path path = directory.resolve(name);
    try {
      remove(path);
      return Files.createDirectory(path);
    } catch (IOException exception) {
      throw BenchException.failed("cannot make %s: %s".formatted(path, exception));
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (AutoCloseable each : owned.reversed()) {
      try {
        each.close();
      } catch (Exception exception) {
        System.err.println("mooring: bench: " + exception.getMessage());
      }
    }
    try {
      remove(directory);
    } catch (IOException exception) {
      System.err.println("mooring: bench: " + exception);
    }
  }

  private static void remove(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(tree)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
