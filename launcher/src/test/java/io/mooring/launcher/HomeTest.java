package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertFailed;
import static io.mooring.launcher.Refusals.assertUsage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an instance lives. */
class HomeTest {

  @TempDir private Path directory;

  private static Home ofUser(Map<String, String> environment) throws Refusal {
    return Home.of(Optional.empty(), environment, false);
  }

  private static Home named(String name) throws Refusal {
    return Home.of(Optional.of(name), Map.of(), false);
  }

  @Test
  void aNamedHomeHasItsRunDirectoryInside() throws Refusal {
    assertEquals(new Home(Path.of("/h"), Path.of("/h/run")), named("/x/.././h/"));
    Path relative = Path.of("h").toAbsolutePath();
    assertEquals(new Home(relative, relative.resolve("run")), named("h"));
  }

  @Test
  void theSuperusersHomeIsTheSystems() throws Refusal {
    assertEquals(
        new Home(Path.of("/var/lib/mooring"), Path.of("/run/mooring")),
        Home.of(Optional.empty(), Map.of("HOME", "/root", "XDG_DATA_HOME", "/x"), true));
  }

  @Test
  void onlyTheCachesOfProcessesThatHaveEndedAreOld() throws Exception {
    Home home = new Home(directory, directory.resolve("run"));
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Process living = new ProcessBuilder("sleep", "60").start();
    try {
      for (String name : List.of("" + ended.pid(), "" + living.pid(), "of-nobody")) {
        Files.createDirectories(home.data().resolve("cache-" + name).resolve("bundle0"));
      }
      Files.createDirectories(home.cache());
      home.removeOldCaches();
      try (var left = Files.list(home.data())) {
        assertEquals(
            Set.of(home.data().resolve("cache-" + living.pid()), home.cache()),
            left.collect(Collectors.toSet()));
      }
    } finally {
      living.destroyForcibly();
    }
  }

  @Test
  void aUsersHomeIsWhereTheXdgSpecificationSays() throws Refusal {
    assertEquals(
        new Home(Path.of("/d/mooring"), Path.of("/r/mooring")),
        ofUser(Map.of("HOME", "/u", "XDG_DATA_HOME", "/d", "XDG_RUNTIME_DIR", "/r")));
    assertEquals(
        new Home(Path.of("/u/.local/share/mooring"), Path.of("/u/.local/share/mooring/run")),
        ofUser(Map.of("HOME", "/u")));
    assertEquals(
        new Home(Path.of("/u/.local/share/mooring"), Path.of("/u/.local/share/mooring/run")),
        ofUser(Map.of("HOME", "/u", "XDG_DATA_HOME", "relative", "XDG_RUNTIME_DIR", "")));
  }

  @Test
  void aUserWithoutAHomeMustNameOne() {
    assertUsage("no home: give --home DIR or set HOME", () -> ofUser(Map.of()));
    assertUsage("no home: give --home DIR or set HOME", () -> ofUser(Map.of("HOME", "here")));
  }

  @Test
  void aHomeIsShortEnoughForItsControlSocket() throws Refusal {
    String longest = "/" + "h".repeat(107 - "//run/control".length());
    assertEquals(Path.of(longest, "run", "control"), named(longest).control());
    assertUsage(
        "home %sh: its control socket's path would have 108 bytes, at most 107 are allowed"
            .formatted(longest),
        () -> named(longest + "h"));
  }

  @Test
  void aHomeIsAPath() {
    assertUsage("home: Nul character not allowed", () -> named("/h\0"));
    assertUsage("home: Nul character not allowed", () -> ofUser(Map.of("HOME", "/h\0")));
  }

  @Test
  void aPreparedHomeHasItsDirectoriesAndRunIsTheOwnersOnly() throws IOException, Refusal {
    Home home = named(directory.resolve("new/home").toString());
    home.prepare();
    home.prepare();
    for (Path made : List.of(home.etc(), home.load(), home.log(), home.data(), home.run())) {
      assertTrue(Files.isDirectory(made), made::toString);
    }
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.run())));
  }

  @Test
  void aRunDirectoryElsewhereIsLinked() throws IOException, Refusal {
    Home home = new Home(directory.resolve("home"), directory.resolve("runtime/mooring"));
    home.prepare();
    home.prepare();
    assertEquals(home.run(), Files.readSymbolicLink(home.root().resolve("run")));
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "precious");
    assertFailed(
        "home %s: %s: is there and no directory".formatted(file, file),
        () -> named(file.toString()).prepare());
    Path log = Files.writeString(directory.resolve("log"), "precious");
    assertFailed(
        "home %s: %s: is there and no directory".formatted(directory, log),
        () -> named(directory.toString()).prepare());
    assertEquals("precious", Files.readString(log));
  }

  @Test
  void removingATreeLeavesWhatItsLinksLeadTo() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "precious");
    Path tree = Files.createDirectories(directory.resolve("tree/below"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(tree.resolve("dangling"), directory.resolve("nowhere"));
    Home.remove(directory.resolve("tree"));
    Home.remove(directory.resolve("tree"));
    assertFalse(Files.exists(directory.resolve("tree"), LinkOption.NOFOLLOW_LINKS));
    assertEquals("precious", Files.readString(kept));
  }
}
