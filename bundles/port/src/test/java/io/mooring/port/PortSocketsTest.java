package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A socket for each profile: they come and go as profiles do, and their directories with them. */
class PortSocketsTest {

  @TempDir Path directory;

  private final Set<String> offered = new TreeSet<>();
  private final SocketDirectories directories = new SocketDirectories();
  private final FakeSockets listening = new FakeSockets();

  PortSocketsTest() {
    listening.files = true;
  }

  private PortSockets sockets(String template, String... profiles) throws IOException {
    offered.addAll(Set.of(profiles));
    var settings = PortSettings.of("a", Map.of("socket", directory.resolve(template).toString()));
    var sockets = new PortSockets(settings, directories, listening.listener(), () -> offered);
    sockets.open();
    return sockets;
  }

  private List<Path> paths(String... names) {
    return List.of(names).stream().map(directory::resolve).toList();
  }

  @Test
  void everyProfileHasItsSocketInADirectoryThatIsMadeForIt() throws IOException {
    PortSockets sockets = sockets("run/%p/x/a", "one.v1", "two.v1");
    assertEquals(paths("run/one.v1/x/a", "run/two.v1/x/a"), listening.paths);
    assertTrue(Files.isDirectory(directory.resolve("run/two.v1/x")));
    assertEquals(
        Map.of(
            "one.v1", directory.resolve("run/one.v1/x/a").toString(),
            "two.v1", directory.resolve("run/two.v1/x/a").toString()),
        sockets.byProfile());
    assertEquals("two.v1", sockets.profile(directory.resolve("run/two.v1/x/a")).orElseThrow());
    sockets.close();
    assertFalse(Files.exists(directory.resolve("run")), "directories are left");
    assertTrue(Files.exists(directory));
  }

  @Test
  void aPublishedProfileGetsASocketAndAWithdrawnOneLosesIt() throws IOException {
    PortSockets sockets = sockets("%p/a", "one.v1", "two.v1");
    offered.remove("one.v1");
    offered.add("three.v1");
    sockets.update(false);
    assertEquals(paths("two.v1/a", "three.v1/a"), listening.paths);
    assertFalse(Files.exists(directory.resolve("one.v1")));
  }

  @Test
  void theSocketOfAConnectedFrontEndStaysUntilItHasGone() throws IOException {
    PortSockets sockets = sockets("a-%p", "one.v1", "two.v1");
    sockets.hold(directory.resolve("a-one.v1"));
    offered.remove("one.v1");
    sockets.update(true);
    assertEquals(paths("a-one.v1", "a-two.v1"), listening.paths);
    sockets.release();
    assertEquals(paths("a-two.v1"), listening.paths);
  }

  /** An engine that is replaced takes all profiles along for a moment. */
  @Test
  void socketsStayWhileARoomIsReplacedAndGoWhenAllIsWithdrawn() throws IOException {
    PortSockets sockets = sockets("a-%p", "one.v1", "two.v1");
    offered.clear();
    sockets.update(false);
    assertEquals(paths("a-one.v1", "a-two.v1"), listening.paths);
    sockets.update(true);
    assertEquals(List.of(), listening.paths);
  }

  @Test
  void whatWasTheLastSocketGoesWithItsFrontEnd() throws IOException {
    PortSockets sockets = sockets("a-%p", "one.v1");
    sockets.hold(directory.resolve("a-one.v1"));
    offered.clear();
    sockets.update(true);
    assertEquals(paths("a-one.v1"), listening.paths);
    sockets.release();
    assertEquals(List.of(), listening.paths);
  }

  @Test
  void twoPortsShareAProfilesDirectoryUntilTheLastHasGone() throws IOException {
    PortSockets one = sockets("run/%p/a", "one.v1");
    PortSockets other = sockets("run/%p/b", "one.v1");
    one.close();
    assertTrue(Files.isDirectory(directory.resolve("run/one.v1")));
    other.close();
    assertFalse(Files.exists(directory.resolve("run")), "directories are left");
  }

  @Test
  void whatWasThereBeforeStays() throws IOException {
    Files.createDirectories(directory.resolve("mine/one.v1"));
    Files.createDirectories(directory.resolve("mine/two.v1"));
    Files.writeString(directory.resolve("mine/two.v1/note"), "mine");
    sockets("mine/%p/a", "one.v1", "two.v1").close();
    assertTrue(Files.isDirectory(directory.resolve("mine")));
    // As one that a killed process left.
    assertFalse(Files.exists(directory.resolve("mine/one.v1")));
    assertTrue(Files.exists(directory.resolve("mine/two.v1/note")));
  }

  @Test
  void aSocketThatCannotBeHadDoesNotKeepTheOthersFromListening() throws IOException {
    String longest = "x.v" + "1".repeat(9) + ".1".repeat(2);
    String fill = "y".repeat(107 - directory.toString().length() - 8);
    Files.writeString(directory.resolve("a.v2"), "a file");
    PortSockets sockets = sockets("%p/" + fill + "/a", "a.v1", "a.v2", longest);
    assertEquals(List.of(directory.resolve("a.v1/" + fill + "/a")), listening.paths);
    sockets.close();
    assertEquals("a file", Files.readString(directory.resolve("a.v2")));
  }

  @Test
  void aSocketIsTriedAgainWhenSomethingChanges() throws IOException {
    listening.refusal = "cannot listen at a-one.v1: another process listens there";
    PortSockets sockets = sockets("%p/a", "one.v1");
    assertEquals(List.of(), listening.paths);
    assertFalse(Files.exists(directory.resolve("one.v1")), "a directory for nothing");
    listening.refusal = null;
    sockets.update(false);
    assertEquals(paths("one.v1/a"), listening.paths);
  }

  @Test
  void oneSocketForAllStaysWhateverIsOffered() throws IOException {
    PortSockets sockets = sockets("a", "one.v1");
    offered.clear();
    sockets.update(true);
    assertEquals(paths("a"), listening.paths);
    assertEquals(Map.of(), sockets.byProfile());
    sockets.close();
    assertEquals(List.of(), listening.paths);
  }

  @Test
  void oneSocketForAllThatCannotBeHadIsAFailure() {
    listening.refusal = "cannot listen";
    assertThrows(IOException.class, () -> sockets("a"));
  }
}
