package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that goes with the test. Its path is short, because socket paths are. */
public final class Scratch implements AutoCloseable {

  private static final Path PARENT = Path.of("/tmp");

  private final Path directory;

  private Scratch(Path directory) {
    this.directory = directory;
  }

  /** Makes the directory. */
  public static Scratch make() {
    try {
      return new Scratch(Files.createTempDirectory(PARENT, "ma"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory itself. */
  public Path path() {
    return directory;
  }

  /** A path in it; nothing is made there. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    remove(directory);
  }

  /** Removes a directory with all that it has, if it is there. */
  static void remove(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
