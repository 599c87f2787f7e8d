package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertFailed;
import static io.mooring.launcher.Refusals.assertUsage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator's files, checked, and those that stand for the command line. */
class ConfigurationsTest {

  @TempDir private Path directory;
  private Home home;

  @BeforeEach
  void locate() {
    home = new Home(directory, directory.resolve("run"));
  }

  private Path etc(String name, String text) throws IOException {
    return Files.write(
        Files.createDirectories(home.etc()).resolve(name),
        text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static StartOptions options(String... arguments) throws Refusal {
    return StartOptions.parse(List.of(arguments), Path.of("/here"));
  }

  @Test
  void aNewHomeHasNone() throws Refusal {
    assertEquals(Set.of(), Configurations.check(home.etc()));
  }

  @Test
  void portsAreKnownByTheirFiles() throws IOException, Refusal {
    etc("io.mooring.port~b.cfg", "socket = /b\n");
    etc("io.mooring.port~a-1.cfg", "# a client\nsocket = /a\nmode: client\nmtu 1500\n");
    etc("io.mooring.uplink~m0.cfg", "tap = m0\n");
    etc("io.mooring.port~c.cfg.new", "half of a fi");
    assertEquals(Set.of("a-1", "b"), Configurations.check(home.etc()));
  }

  static Stream<Arguments> malformedPorts() {
    return Stream.of(
        arguments("a", "mode = server\n", "socket is missing; give the path of a unix socket"),
        arguments("a", "", "socket is missing; give the path of a unix socket"),
        arguments("a", "socket = /a\nmode = \\uNONE\n", "Malformed \\uxxxx encoding."),
        arguments("a", "socket = /\u00e9\n", "is not UTF-8 text"),
        arguments("a", "socket = /a\nmtu = big\n", "mtu 'big' is no number"),
        arguments("a", "socket = /a\\nb\n", "socket has a control character"),
        arguments("a", "socket = /a\nmode = up\n", "mode 'up' is neither server nor client"),
        arguments(
            "a",
            "socket = /a\ncolour = red\n",
            "unknown key 'colour', known are socket, mode, profile, switch, mtu, queues, speed,"
                + " postcopy"),
        arguments(
            "a b",
            "socket = /a\n",
            "a port's name is 1 to 64 of the characters A-Z a-z 0-9 _ . -"));
  }

  @ParameterizedTest
  @MethodSource("malformedPorts")
  void aMalformedPortIsNamedByItsFile(String name, String text, String why) throws IOException {
    Path file = etc("io.mooring.port~" + name + ".cfg", text);
    assertFailed(file + ": " + why, () -> Configurations.check(home.etc()));
  }

  @Test
  void anyFileMustBeReadable() throws IOException {
    Path file = etc("io.mooring.workers.cfg", "cores = \\u0\n");
    assertFailed(file + ": Malformed \\uxxxx encoding.", () -> Configurations.check(home.etc()));
    Files.delete(file);
    Files.createDirectory(file);
    assertFailed(file + ": Is a directory", () -> Configurations.check(home.etc()));
    Files.delete(file);
    Files.createSymbolicLink(file, directory.resolve("nowhere"));
    assertFailed(file + ": no such file or directory", () -> Configurations.check(home.etc()));
  }

  @Test
  void theCommandLineDoesNotContradictAFile() throws IOException, Refusal {
    etc("io.mooring.port~a.cfg", "socket = /a\n");
    etc("io.mooring.workers.cfg", "cores = 0\n");
    Configurations.checkAgainst(home, options("--port", "b=/b"));
    assertUsage(
        "the command line configures what %s does already"
            .formatted(home.etc().resolve("io.mooring.port~a.cfg")),
        () -> Configurations.checkAgainst(home, options("--port", "a=/b")));
    assertUsage(
        "the command line configures what %s does already"
            .formatted(home.etc().resolve("io.mooring.workers.cfg")),
        () -> Configurations.checkAgainst(home, options("--cores", "0")));
  }

  @Test
  void theCommandLineBecomesFilesThatSayTheSame() throws IOException, Refusal {
    Configurations.write(home, options("--port", "old=/old"));
    String odd = "csum=on,,name=#!: \\x ${HOME} \\";
    Configurations.write(
        home,
        options(
            "--port=a=/a,mtu=1500", "--port=b=b,profile=" + odd, "--uplink=tap=m0", "--cores=1"));
    assertEquals(
        Map.of(
            "io.mooring.port~a.cfg",
            Map.of("socket", "/a", "mtu", "1500"),
            "io.mooring.port~b.cfg",
            Map.of("socket", "/here/b", "profile", odd.replace(",,", ",")),
            "io.mooring.uplink~m0.cfg",
            Map.of("tap", "m0"),
            "io.mooring.workers.cfg",
            Map.of("cores", "1")),
        files());
  }

  /** As FileInstall reads them, less what it puts in the place of an unescaped {@code ${…}}. */
  private Map<String, Map<String, String>> files() throws IOException {
    try (Stream<Path> files = Files.list(home.transientEtc())) {
      return files.collect(
          Collectors.toMap(file -> file.getFileName().toString(), ConfigurationsTest::read));
    }
  }

  private static Map<String, String> read(Path file) {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    return new TreeSet<>(properties.stringPropertyNames())
        .stream().collect(Collectors.toMap(key -> key, properties::getProperty));
  }

  @Test
  void nothingIsHalfWritten() throws IOException {
    Files.writeString(directory.resolve("run"), "no directory");
    assertFailed(
        directory.resolve("run/etc") + ": Not a directory",
        () -> Configurations.write(home, options("--port", "a=/a")));
    assertFalse(Files.exists(home.transientEtc()));
  }
}
