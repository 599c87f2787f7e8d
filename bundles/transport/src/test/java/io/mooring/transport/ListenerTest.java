package io.mooring.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** Sockets at paths: whose they are, and what is wrong with a path, in one line. */
@Timeout(20)
class ListenerTest {

  private final Endpoints endpoints;
  private final Transport transport;

  ListenerTest() throws IOException {
    endpoints = new Endpoints();
    transport = endpoints.transport;
  }

  @AfterEach
  void close() throws IOException {
    endpoints.close();
  }

  private String refused(Path path) {
    String line = assertThrows(IOException.class, () -> endpoints.listener.add(path)).getMessage();
    assertEquals(1, line.lines().count(), line);
    return line;
  }

  @Test
  void aSocketThatSomebodyListensAtIsRefusedAndStaysTheirs() throws IOException {
    assertEquals(
        "cannot listen at %s: another process listens there".formatted(endpoints.path),
        refused(endpoints.path));
    try (Connection front = endpoints.connect();
        Connection ended = endpoints.accept();
        Connection back = endpoints.accept()) {
      assertTrue(ended.receive().isEmpty(), "the one who asked whether somebody listens");
      front.send(new Message(1, 1, ByteBuffer.allocate(0)));
      assertTrue(back.receive().isPresent());
    }
  }

  /** The file of a socket that nobody listens at any more. */
  private Path dead(String name) throws IOException {
    Path path = endpoints.directory.resolve(name);
    try (AFUNIXServerSocket dead = AFUNIXServerSocket.newInstance()) {
      dead.setDeleteOnClose(false);
      dead.bind(AFUNIXSocketAddress.of(path));
    }
    return path;
  }

  @Test
  void aSocketOfADeadProcessIsTakenOver() throws IOException {
    Path stale = dead("stale");
    assertTrue(Files.exists(stale));
    endpoints.listener.add(stale);
    try (Connection front = transport.connect(stale);
        Connection back = endpoints.accept()) {
      front.send(new Message(1, 1, ByteBuffer.allocate(0)));
      assertTrue(back.receive().isPresent());
    }
    endpoints.listener.remove(stale);
    assertFalse(Files.exists(stale));
  }

  @Test
  void whatIsNoSocketIsRefusedAndLeftAlone() throws IOException {
    Path file = Files.writeString(endpoints.directory.resolve("file"), "precious");
    Path directory = Files.createDirectory(endpoints.directory.resolve("directory"));
    Path link = Files.createSymbolicLink(endpoints.directory.resolve("link"), file);
    for (Path path : new Path[] {file, directory, link}) {
      assertEquals(
          "cannot listen at %s: a file that is no socket is there".formatted(path), refused(path));
    }
    assertEquals("precious", Files.readString(file));
    Files.delete(link);
    Files.delete(directory);
    Files.delete(file);
  }

  @Test
  void aPathHasAtMost107Bytes() throws IOException {
    int room = Transport.MAX_PATH_BYTES - endpoints.directory.toString().length() - 1;
    Path longest = endpoints.directory.resolve("x".repeat(room));
    endpoints.listener.add(longest);
    endpoints.listener.remove(longest);
    Path tooLong = endpoints.directory.resolve("x".repeat(room + 1));
    assertEquals(
        "socket path has 108 bytes, at most 107 are allowed: " + tooLong, refused(tooLong));
    // Two bytes a letter.
    Path umlauts = endpoints.directory.resolve("ä".repeat(room / 2 + 1));
    assertTrue(refused(umlauts).startsWith("socket path has "), refused(umlauts));
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path path = endpoints.directory.resolve("no/s");
    assertTrue(
        refused(path).endsWith(endpoints.directory.resolve("no") + " is no directory"),
        refused(path));
  }

  @Test
  void manySocketsAreWaitedForTogetherAndEachIsTold() throws IOException {
    Path other = endpoints.directory.resolve("t");
    endpoints.listener.add(other);
    var arrived = new ArrayList<Path>();
    try (Connection one = transport.connect(other);
        Connection two = transport.connect(other);
        Connection three = endpoints.connect()) {
      for (int i = 0; i < 3; i++) {
        Listener.Arrival arrival = endpoints.listener.accept().orElseThrow();
        arrived.add(arrival.path());
        arrival.connection().close();
      }
      assertTrue(one.receive().isEmpty() && two.receive().isEmpty() && three.receive().isEmpty());
    }
    arrived.sort(null);
    assertEquals(List.of(endpoints.path, other, other), arrived);
    endpoints.listener.remove(other);
    assertFalse(Files.exists(other));
    assertTrue(Files.exists(endpoints.path));
  }

  @Test
  void aSocketIsRemovedWhileOneWaitsAndTheOthersGoOn() throws Exception {
    Path other = endpoints.directory.resolve("t");
    for (int round = 0; round < 50; round++) {
      endpoints.listener.add(other);
      var accepted = new CompletableFuture<Path>();
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              Listener.Arrival arrival = endpoints.listener.accept().orElseThrow();
              arrival.connection().close();
              accepted.complete(arrival.path());
            } catch (IOException failure) {
              accepted.completeExceptionally(failure);
            }
          });
      endpoints.listener.remove(other);
      endpoints.connect().close();
      assertEquals(endpoints.path, accepted.get());
    }
  }

  @Test
  void aSocketAtAnotherListenersPathIsRefused() throws IOException {
    try (Listener other = transport.listener()) {
      String line = assertThrows(IOException.class, () -> other.add(endpoints.path)).getMessage();
      assertTrue(line.endsWith("another process listens there"), line);
      other.remove(endpoints.path);
    }
    assertTrue(Files.exists(endpoints.path));
  }

  @Test
  void whoAcceptsReturnsWhenTheListenerIsClosed() throws Exception {
    var accepted = new CompletableFuture<Optional<Listener.Arrival>>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            accepted.complete(endpoints.listener.accept());
          } catch (IOException failure) {
            accepted.completeExceptionally(failure);
          }
        });
    TimeUnit.MILLISECONDS.sleep(20);
    endpoints.listener.close();
    endpoints.listener.close();
    assertTrue(accepted.get().isEmpty());
    assertTrue(endpoints.listener.accept().isEmpty());
    assertFalse(Files.exists(endpoints.path));
  }

  @Test
  void aFileThatTookTheSocketsPlaceIsLeftAlone() throws IOException {
    Files.delete(endpoints.path);
    Files.writeString(endpoints.path, "somebody else's");
    endpoints.listener.close();
    assertEquals("somebody else's", Files.readString(endpoints.path));
  }

  @Test
  void whereNobodyListensOneCannotConnect() {
    Path nowhere = endpoints.directory.resolve("nowhere");
    String line = assertThrows(IOException.class, () -> transport.connect(nowhere)).getMessage();
    assertTrue(line.startsWith("cannot connect to " + nowhere + ": "), line);
    assertEquals(1, line.lines().count(), line);
  }

  @Test
  void socketsClosedWhileSomebodyAcceptsGiveBackTheirDescriptors() throws Exception {
    var before = new OpenDescriptors();
    for (int i = 0; i < 50; i++) {
      ListeningSocket socket = endpoints.transport.bind(endpoints.directory.resolve("again"));
      var closed = new AtomicBoolean();
      var accepted = new CompletableFuture<Optional<Connection>>();
      Thread accepting =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  Optional<Connection> who = Optional.empty();
                  while (who.isEmpty() && !closed.get()) {
                    who = socket.accept();
                  }
                  accepted.complete(who);
                } catch (IOException failure) {
                  accepted.completeExceptionally(failure);
                }
              });
      TimeUnit.MILLISECONDS.sleep(2);
      socket.close();
      closed.set(true);
      assertTrue(accepted.get().isEmpty());
      accepting.join();
    }
    before.assertUnchanged();
  }

  @Test
  void listenersAndFailuresGiveBackTheirDescriptors() throws Exception {
    var before = new OpenDescriptors();
    for (int i = 0; i < 50; i++) {
      try (Listener listener = transport.listener()) {
        listener.add(endpoints.directory.resolve("again"));
        listener.add(dead("dead"));
      }
      refused(endpoints.directory.resolve("no/s"));
      assertThrows(
          IOException.class, () -> transport.connect(endpoints.directory.resolve("nowhere")));
    }
    before.assertUnchanged();
  }
}
