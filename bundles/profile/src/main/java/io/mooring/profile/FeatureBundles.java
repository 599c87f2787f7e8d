package io.mooring.profile;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes a bundle of each profile file below a directory, and refuses to make any when one is wrong:
 * the build's step, and a vendor's.
 */
public final class FeatureBundles {

  private final Map<String, Path> names = new HashMap<>();
  private final List<ProfileText> texts = new ArrayList<>();

  private FeatureBundles() {}

  /**
   * Runs with the directory or file to read, the directory to fill, and the bundles' version. Ends
   * the process with status 1 and one line when a file is refused.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: FeatureBundles FILE|DIRECTORY TARGET VERSION");
      System.exit(2);
    }
    try {
      make(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
    } catch (IllegalArgumentException refused) {
      System.err.println(refused.getMessage());
      System.exit(1);
    }
  }

  /**
   * Makes them.
   *
   * @throws IllegalArgumentException in one line that names the file and what is wrong
   */
  static void make(Path source, Path target, String version) throws IOException {
    List<Path> files = files(source);
    var checked = new FeatureBundles();
    for (Path file : files) {
      checked.add(file);
    }
    checked.refuseNeedlessBumps();
    Files.createDirectories(target);
    for (Path stale : files(target, ".jar")) {
      if (stale.getFileName().toString().startsWith(FeatureBundle.SYMBOLIC_NAME)) {
        Files.delete(stale);
      }
    }
    for (Path file : files) {
      String name = ProfileText.parse(Files.readAllBytes(file)).profile().name();
      try (OutputStream jar =
          Files.newOutputStream(target.resolve(FeatureBundle.SYMBOLIC_NAME + name + ".jar"))) {
        FeatureBundle.write(Files.readAllBytes(file), version, jar);
      }
    }
  }

  private static List<Path> files(Path source) throws IOException {
    List<Path> files =
        Files.isRegularFile(source) ? List.of(source) : files(source, ProfileText.SUFFIX);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no %s file is there".formatted(source, ProfileText.SUFFIX));
    }
    return files;
  }

  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.toString().endsWith(suffix))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private void add(Path file) throws IOException {
    try {
      ProfileText text = ProfileText.parse(Files.readAllBytes(file));
      text.names()
          .forEach(name -> {
            Path other = names.putIfAbsent(name, file);
            if (other != null) {
              throw new IllegalArgumentException("%s is in %s too".formatted(name, other));
            }
          });
      texts.add(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  /** A version that changes nothing makes work for everybody: it is an alias of the one before. */
  private void refuseNeedlessBumps() {
    texts.sort(Comparator.comparing(text -> Version.of(text.profile().name())));
    for (int i = 1; i < texts.size(); i++) {
      ProfileText older = texts.get(i - 1);
      ProfileText newer = texts.get(i);
      String lineage = Version.of(newer.profile().name()).lineage();
      if (Version.of(older.profile().name()).lineage().equals(lineage)
          && Comparison.differences(older.profile(), newer.profile()).isEmpty()) {
        throw new IllegalArgumentException(
            "%s: %s is a needless bump, it equals %s: make it an alias there"
                .formatted(
                    names.get(newer.profile().name()),
                    newer.profile().name(),
                    older.profile().name()));
      }
    }
  }
}
