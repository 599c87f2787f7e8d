package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The project as it was built, used by its one command. */
public final class Distribution {

  /** What Maven has just packaged is tested; the command is not to build again meanwhile. */
  public static final Map<String, String> ENVIRONMENT = Map.of("MOORING_BUILD", "never");

  private static final Path ROOT = root();

  private Distribution() {}

  private static Path root() {
    return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
        .filter(path -> Files.isExecutable(path.resolve("mooring")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no directory above this one has ./mooring"));
  }

  /** The top of the project's tree. */
  public static Path directory() {
    return ROOT;
  }

  /** The bundle of a room. */
  public static Path bundle(String room) {
    String name = "io.mooring.%s.jar".formatted(room);
    try (Stream<Path> files = Files.walk(ROOT.resolve("launcher/target/mooring/bundles"))) {
      return files
          .filter(file -> file.getFileName().toString().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError(name + " is not built"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * Another version of it: the same but for the bundle of one room.
   *
   * @param directory is made
   * @return its one command
   */
  public static Path copy(Path directory, String room, BundleJar bundle) {
    Path built = ROOT.resolve("launcher/target/mooring");
    Path copy = directory.resolve("launcher/target/mooring");
    try (Stream<Path> files = Files.walk(built)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Path there = copy.resolve(built.relativize(each));
        if (Files.isDirectory(each)) {
          Files.createDirectories(there);
        } else if (!each.endsWith("io.mooring.%s.jar".formatted(room))) {
          Files.copy(each, there);
        } else {
          bundle.write(there);
        }
      }
      return Files.copy(
          ROOT.resolve("mooring"),
          directory.resolve("mooring"),
          StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The words of a command line of {@code ./mooring}. */
  public static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("mooring").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs {@code ./mooring} to its end. */
  public static Command.Outcome run(String... arguments) {
    return run(Command.LIMIT, arguments);
  }

  /** The same with another time limit. */
  public static Command.Outcome run(Duration limit, String... arguments) {
    return Command.run(limit, ENVIRONMENT, command(arguments).toArray(String[]::new));
  }
}
