package io.mooring.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Command.Outcome;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code start} and {@code exec} refuse: with one line that names the thing, a status that is
 * not 0, and nothing half-made.
 */
final class StartRefusalTest {

  private static final int USAGE = 2;
  private static final int NOT_RUNNING = 3;

  private Scratch scratch;
  private Path home;

  @BeforeEach
  void makeScratch() {
    scratch = Scratch.make();
    home = scratch.file("home");
  }

  @AfterEach
  void removeScratch() {
    scratch.close();
  }

  private Outcome start(String... arguments) {
    List<String> all = new ArrayList<>(List.of("start", "--home", home.toString()));
    all.addAll(List.of(arguments));
    return Distribution.run(all.toArray(String[]::new));
  }

  private static void assertRefused(Outcome outcome, String... words) {
    assertNotEquals(0, outcome.status(), outcome::toString);
    assertEquals(1, outcome.errors().size(), () -> "one line: " + outcome);
    assertEquals("", outcome.out(), outcome::toString);
    for (String word : words) {
      assertTrue(outcome.err().contains(word), () -> "names '" + word + "': " + outcome);
    }
  }

  /** What only a running instance has. */
  private void assertNothingRunsOrIsLeft() {
    Path run = home.resolve("run");
    assertEquals(List.of(), Files.isDirectory(run) ? list(run) : List.of());
    assertRefused(
        Distribution.run("exec", "--home", home.toString(), "vhost:ports"), "no instance");
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> wrongCommandLines() {
    return Stream.of(
        line("--bogus", "--bogus"),
        line("extra", "extra"),
        line("--port", "--port"),
        line("name and socket", "--port", "a"),
        line("socket", "--port", "a="),
        line("name", "--port", "a/b=/tmp/a"),
        line("'sideways'", "--port", "a=/tmp/a,mode=sideways"),
        line("'many'", "--port", "a=/tmp/a,queues=many"),
        line("'colour'", "--port", "a=/tmp/a,colour=red"),
        line("mtu", "--port", "a=/tmp/a,mtu=1500,mtu=9000"),
        line("twice", "--port", "a=/tmp/a", "--port", "a=/tmp/b"),
        line("eth0", "--uplink", "eth0"),
        line("--cores", "--cores", "all"),
        line("not a processor of this host", "--cores", "9999"),
        line("108 bytes", "--port", "a=/" + "x".repeat(107)));
  }

  private static Arguments line(String named, String... words) {
    return arguments(List.of(words), named);
  }

  @ParameterizedTest
  @MethodSource("wrongCommandLines")
  void wrongCommandLineMakesNothing(List<String> words, String named) {
    Outcome outcome = start(words.toArray(String[]::new));
    assertRefused(outcome, named.equals("name and socket") ? "NAME=SOCKET" : named);
    assertEquals(USAGE, outcome.status(), outcome::toString);
    assertFalse(Files.exists(home), "the home was made");
  }

  @Test
  void execWithoutAnInstanceSaysHowToStartOne() {
    Outcome outcome = Distribution.run("exec", "--home", home.toString(), "vhost:ports");
    assertRefused(outcome, home.toString(), "./mooring start");
    assertEquals(NOT_RUNNING, outcome.status(), outcome::toString);
    assertRefused(Distribution.run("exec", "--home", home.toString()), "no command");
    assertRefused(Distribution.run("exec", "--hom", home.toString(), "x"), "--hom");
    assertRefused(Distribution.run("sail"), "sail");
    assertFalse(Files.exists(home), "the home was made");
  }

  @Test
  void oneOfTwoPortsThatCannotListenStopsBoth() {
    Path missing = scratch.file("missing/b");
    assertRefused(
        start("--port", "a=" + scratch.file("a"), "--port", "b=" + missing), "port b", "missing");
    assertFalse(Files.exists(scratch.file("a")), "the good port's socket is left");
    assertNothingRunsOrIsLeft();
  }

  @Test
  void fileInTheSocketsPlaceStays() throws IOException {
    Path file = Files.writeString(scratch.file("a"), "precious");
    assertRefused(start("--port", "a=" + file), "port a", file.toString(), "no socket");
    assertEquals("precious", Files.readString(file));
    assertNothingRunsOrIsLeft();
  }

  @Test
  void socketOfALivingProcessIsRefusedAndGoesOn() throws IOException {
    Path socket = scratch.file("a");
    try (ServerSocketChannel living = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      living.bind(UnixDomainSocketAddress.of(socket));
      assertRefused(start("--port", "a=" + socket), "port a", socket.toString(), "listens");
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        assertTrue(client.isConnected(), "the living process's socket is gone");
      }
    }
    assertNothingRunsOrIsLeft();
  }

  @Test
  void socketOfADeadProcessIsTakenOver() throws IOException {
    Path socket = scratch.file("a");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket), "Java leaves the file");
    try (MooringProcess first = MooringProcess.start(scratch, "--port", "a=" + socket)) {
      first.kill();
    }
    assertTrue(Files.exists(socket), "a killed Mooring leaves its socket");
    try (MooringProcess next = MooringProcess.start(scratch, "--port", "a=" + socket)) {
      assertEquals("LISTENING", next.port("a").get("state").getAsString());
      next.stop();
    }
    assertFalse(Files.exists(socket), "the socket is left");
  }

  @Test
  void longestPathThatTheSystemHasRoomForIsTaken() throws IOException {
    Path directory = scratch.path();
    String name = "x".repeat(107 - directory.toString().length() - 1);
    try (MooringProcess mooring =
        MooringProcess.start(scratch, "--port", "a=" + directory.resolve(name))) {
      mooring.stop();
    }
  }

  @Test
  void homeOrSocketInUseIsRefusedAndTheOwnerGoesOn() {
    Path socket = scratch.file("a");
    try (MooringProcess owner = MooringProcess.start(scratch, "--port", "a=" + socket)) {
      assertRefused(start(), home.toString(), "process " + owner.pid());
      assertRefused(
          Distribution.run(
              "start", "--home", scratch.file("other").toString(), "--port", "a=" + socket),
          "port a",
          socket.toString());
      assertEquals("LISTENING", owner.port("a").get("state").getAsString());
      owner.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "%p/%p, '%p is there twice'",
    "%x/a, '%x means nothing'",
    "'%p/a,profile=io.mooring.v1', 'the socket decides the profile'",
    "'%p/a,mode=client', 'a client connects to one socket'",
  })
  void mistakeInASocketsTemplateIsRefused(String template, String mistake) {
    assertRefused(start("--port", "a=" + scratch.file(template)), "port a", mistake);
    assertNothingRunsOrIsLeft();
  }

  @Test
  void twoPortsAtOneSocketAreRefused() {
    Path socket = scratch.file("a");
    assertRefused(start("--port", "a=" + socket, "--port", "b=" + socket), socket.toString());
    assertFalse(Files.exists(socket), "the socket is left");
    assertNothingRunsOrIsLeft();
  }

  /** Even root is refused where its power over files was taken. */
  private static Outcome withoutPower(List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare", "--user"));
    all.addAll(command);
    return Command.run(Command.LIMIT, Distribution.ENVIRONMENT, all.toArray(String[]::new));
  }

  @Test
  void directoriesWithoutPermissionAreRefused() throws IOException {
    Path locked = Files.createDirectory(scratch.file("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    String inside = locked.resolve("home").toString();
    assertRefused(
        withoutPower(Distribution.command("start", "--home", inside)), inside, "permission denied");
    assertRefused(
        withoutPower(
            Distribution.command(
                "start", "--home", home.toString(), "--port", "a=" + locked.resolve("a"))),
        "port a",
        locked.resolve("a").toString());
    assertEquals(List.of(), list(locked));
    assertNothingRunsOrIsLeft();
  }

  static Stream<Arguments> malformedFiles() {
    return Stream.of(
        arguments("socket = /tmp/a\nmode = \\uNONE\n", "a.cfg"),
        arguments("socket = /tmp/\u00e9\n", "UTF-8"),
        arguments("mode = server\n", "socket is missing"),
        arguments("socket = /tmp/a\ncolour = red\n", "colour"),
        arguments("socket = /tmp/a\nmode = sideways\n", "sideways"),
        arguments("socket = /tmp/a\nqueues = 1000\n", "1000"),
        arguments("socket = /tmp/a\nmtu = 1\n", "mtu"),
        arguments("socket = /" + "x".repeat(107) + "\n", "108 bytes"),
        arguments("\u0000\u0001\u0002", "socket is missing"));
  }

  @ParameterizedTest
  @MethodSource("malformedFiles")
  void malformedConfigurationFileIsNamed(String text, String why) throws IOException {
    Path etc = Files.createDirectories(home.resolve("etc"));
    Path file = etc.resolve("io.mooring.port~a.cfg");
    Files.write(file, text.getBytes(ISO_8859_1));
    assertRefused(start("--port", "b=" + scratch.file("b")), "port", why);
    assertFalse(Files.exists(scratch.file("b")), "the good port's socket is left");
    assertNothingRunsOrIsLeft();
  }

  @Test
  void missingJdkIsSaid() {
    String hide =
        """
        for place in /usr/lib/jvm /usr/java /opt/java "$1"; do
          [ ! -d "$place" ] || mount -t tmpfs none "$place"
        done
        shift
        exec "$@"
        """;
    List<String> command =
        new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec"));
    command.addAll(List.of(hide, "sh", System.getProperty("java.home")));
    command.addAll(Distribution.command("start", "--home", home.toString()));
    Outcome outcome =
        Command.run(
            Command.LIMIT,
            Map.of("MOORING_BUILD", "never", "JAVA_HOME", "", "HOME", scratch.path().toString()),
            command.toArray(String[]::new));
    assertRefused(outcome, "no JDK 25");
    assertFalse(Files.exists(home), "the home was made");
  }

  /** The sizes meet a start at its directories, its configuration, its log and its bundles. */
  @ParameterizedTest
  @ValueSource(
      strings = {"nr_inodes=1", "nr_inodes=6", "size=4k", "size=64k", "size=1m", "size=4m"})
  void fullDiskIsSaid(String disk) throws IOException {
    Files.createDirectory(home);
    String fill =
        """
        mount -t tmpfs -o "$1" none "$2"
        socket=$3
        shift 3
        status=0
        "$@" || status=$?
        [ ! -e "$socket" ] || echo "left: $socket"
        [ ! -e "$HOME_DIRECTORY/run" ] || find "$HOME_DIRECTORY/run" -mindepth 1
        exit $status
        """;
    List<String> command =
        new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-euc"));
    command.addAll(List.of(fill, "sh", disk, home.toString(), scratch.file("a").toString()));
    command.addAll(
        Distribution.command(
            "start", "--home", home.toString(), "--port", "a=" + scratch.file("a")));
    Outcome outcome =
        Command.run(
            Command.LIMIT,
            Map.of("MOORING_BUILD", "never", "HOME_DIRECTORY", home.toString()),
            command.toArray(String[]::new));
    assertRefused(outcome, "No space left on device");
  }
}
