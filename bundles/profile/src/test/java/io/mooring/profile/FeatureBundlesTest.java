package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureBundlesTest {

  @TempDir Path directory;

  private Path source;
  private Path target;

  @BeforeEach
  void vendor() throws IOException {
    source = Files.createDirectories(directory.resolve("features/acme"));
    target = directory.resolve("target");
    write("one", "com.acme.v1", "", "csum");
    write("two", "com.acme.v2", "com.acme.v2.1", "csum", "gso");
  }

  private Path write(String file, String name, String aliases, String... features)
      throws IOException {
    return Files.write(source.resolve(file + ".profile"), Texts.bytes(name, aliases, features));
  }

  private List<String> made() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String refused() {
    return assertThrows(
            IllegalArgumentException.class,
            () -> FeatureBundles.make(directory.resolve("features"), target, "1.0.0"))
        .getMessage();
  }

  @Test
  void eachFileMakesABundleAndNothingIsLeftOfOthers() throws IOException {
    Files.createDirectories(target);
    Files.createFile(target.resolve("io.mooring.feature.com.acme.v0.jar"));
    FeatureBundles.make(directory.resolve("features"), target, "1.0.0");
    assertEquals(
        List.of("io.mooring.feature.com.acme.v1.jar", "io.mooring.feature.com.acme.v2.jar"),
        made());
    byte[] once = Files.readAllBytes(target.resolve("io.mooring.feature.com.acme.v1.jar"));
    FeatureBundles.make(source.resolve("one.profile"), target, "1.0.0");
    assertEquals(List.of("io.mooring.feature.com.acme.v1.jar"), made());
    assertArrayEquals(
        once, Files.readAllBytes(target.resolve("io.mooring.feature.com.acme.v1.jar")));
  }

  @Test
  void whatElseIsInTheTargetStays() throws IOException {
    Files.createDirectories(target);
    Files.createFile(target.resolve("precious.jar"));
    FeatureBundles.make(source.resolve("one.profile"), target, "1.0.0");
    assertEquals(List.of("io.mooring.feature.com.acme.v1.jar", "precious.jar"), made());
  }

  @Test
  void aVersionThatChangesNothingIsRefused() throws IOException {
    Path file = write("ten", "com.acme.v10", "", "gso", "csum");
    assertEquals(
        file + ": com.acme.v10 is a needless bump, it equals com.acme.v2: make it an alias there",
        refused());
    write("ten", "com.acme.v10", "", "csum");
    FeatureBundles.make(directory.resolve("features"), target, "1.0.0");
    assertEquals(3, made().size(), "to go back to an older interface is a change");
  }

  @Test
  void aNameIsTakenOnce() throws IOException {
    Path file = write("x", "com.acme.v3", "com.acme.v2.1", "csum");
    assertEquals(
        "%s: com.acme.v2.1 is in %s too".formatted(file, source.resolve("two.profile")), refused());
  }

  @Test
  void aWrongFileIsNamed() throws IOException {
    Path file = Files.writeString(source.resolve("wrong.profile"), "name: com.acme.v4\n");
    assertEquals(file + ": it lacks source:", refused().replace("values", "source"));
    Path empty = Files.createDirectories(directory.resolve("empty"));
    assertEquals(
        empty + ": no .profile file is there",
        assertThrows(
                IllegalArgumentException.class, () -> FeatureBundles.make(empty, target, "1.0.0"))
            .getMessage());
  }
}
