package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Transport;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;

/** Open sockets change hands, and come back from hands that fail. */
@Timeout(30)
class HandedTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final Os os = new LinuxOs();
  private final Rooms rooms = new Rooms(new FakeContext().context);
  private final PortRooms portRooms = new PortRooms(rooms, "net");
  private final UnixTransport whole = new UnixTransport(os);
  private final TamperedTransport newcomer = new TamperedTransport(whole);

  /** Why the newcomer was taken back. */
  private final List<String> reasons = new CopyOnWriteArrayList<>();

  /** What was heard: requests, callers and failures. */
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private TwoEnds ends;
  private HandedConnection connection;
  private OpenSockets before;

  @BeforeEach
  void open() throws IOException {
    rooms.bindOs(os);
    rooms.bindTransport(whole, Map.of(Constants.SERVICE_ID, 1L));
    provider(whole);
    // The library keeps a socket of its own from its first use on.
    TwoEnds.of(whole).close();
    rooms.bindTransport(newcomer, Map.of(Constants.SERVICE_ID, 2L));
    before = OpenSockets.now();
    ends = TwoEnds.of(whole);
    connection = new HandedConnection("a", portRooms, ends.back(), provider(whole));
  }

  @AfterEach
  void nothingStaysOpen() {
    connection.close();
    ends.front().close();
    before.assertSoon();
  }

  private Provider<Transport> provider(Transport transport) {
    return rooms.transports().all().stream()
        .filter(each -> each.service().equals(transport))
        .findFirst()
        .orElseThrow();
  }

  private static Message message(int request) {
    return new Message(request, Message.VERSION, ByteBuffer.allocate(0));
  }

  private void hear() {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            for (Optional<Message> next = next(); next.isPresent(); next = next()) {
              heard.add("request " + next.get().request());
            }
            heard.add("end");
          } catch (IOException | RuntimeException failure) {
            heard.add(failure.getMessage());
          }
        });
  }

  private Optional<Message> next() throws IOException {
    connection.await();
    return connection.receive();
  }

  private void assertHeard(String what) throws InterruptedException {
    assertEquals(what, heard.poll(20, TimeUnit.SECONDS));
  }

  private void assertTalks(int request) throws Exception {
    ends.front().send(message(request));
    assertHeard("request " + request);
    connection.send(message(request + 1));
    assertEquals(request + 1, ends.front().receive().orElseThrow().request());
  }

  /** As a swap does it. */
  private void moveOnProbation(Handed<?> open) throws Exception {
    portRooms.probation(
        provider(newcomer),
        why -> {
          reasons.add(why);
          move(open, whole);
        });
    open.move(provider(newcomer));
  }

  private void move(Handed<?> open, Transport transport) {
    try {
      open.move(provider(transport));
    } catch (IOException | InterruptedException failure) {
      reasons.add(failure.toString());
    }
  }

  private static void throwUp() {
    throw new IllegalStateException("tampered");
  }

  private static void sleep() {
    try {
      Thread.sleep(LONG);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private void assertLedBack() {
    assertEquals(
        List.of("port a: the transport throws java.lang.IllegalStateException: tampered"), reasons);
  }

  @Test
  void aConnectionGoesFromHandToHandWhileSomebodyWaits() throws Exception {
    hear();
    assertTalks(1);
    for (int round = 0; round < 3; round++) {
      connection.move(provider(newcomer));
      assertTalks(10);
      connection.move(provider(whole));
      assertTalks(20);
    }
    connection.close();
    assertHeard("end");
    assertEquals(Optional.empty(), ends.front().receive());
  }

  @Test
  void whoFailsToWaitIsLedBackFrom() throws Exception {
    hear();
    assertTalks(1);
    newcomer.beforeWaiting = HandedTest::throwUp;
    moveOnProbation(connection);
    assertTalks(3);
    assertLedBack();
  }

  @Test
  void whoFailsBeforeItReceivesIsLedBackFromAndNoMessageIsLost() throws Exception {
    hear();
    newcomer.beforeReceiving = HandedTest::throwUp;
    moveOnProbation(connection);
    assertTalks(3);
    assertLedBack();
  }

  @Test
  void whoReceivesAndThenFailsEndsTheConnectionBecauseTheMessageIsGone() throws Exception {
    hear();
    newcomer.afterReceiving = HandedTest::throwUp;
    moveOnProbation(connection);
    ends.front().send(message(3));
    assertHeard("tampered");
    assertLedBack();
  }

  @Test
  void whoFailsToSendEndsTheConnectionBecauseTheMessageMayBeOut() throws Exception {
    newcomer.beforeSending = HandedTest::throwUp;
    moveOnProbation(connection);
    assertThrows(IllegalStateException.class, () -> connection.send(message(1)));
    assertLedBack();
  }

  @Test
  void whoDoesNotTellIsSeenAndInterrupted() throws Exception {
    hear();
    newcomer.beforeWaiting = HandedTest::sleep;
    moveOnProbation(connection);
    assertFalse(connection.stalls(), "nobody has said anything");
    ends.front().send(message(5));
    Eventually.holds("it stalls", connection::stalls);
    connection.move(provider(whole));
    assertHeard("request 5");
    assertTalks(7);
    assertFalse(connection.stalls(), "it goes on");
  }

  @Test
  void whoCannotAdoptHasNothing() throws Exception {
    hear();
    newcomer.beforeAdopting =
        () -> {
          throw new IOException("cannot adopt");
        };
    IOException refused =
        assertThrows(IOException.class, () -> connection.move(provider(newcomer)));
    assertEquals("cannot adopt", refused.getMessage());
    assertTalks(1);
  }

  @Test
  void theEndComesInAnyHands() throws Exception {
    hear();
    connection.move(provider(newcomer));
    ends.front().close();
    assertHeard("end");
  }

  private HandedListener listen() throws IOException {
    var listener = new HandedListener("a", portRooms, whole.listener(), provider(whole));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            List<Connection> callers = new ArrayList<>();
            for (var next = listener.next(); next.isPresent(); next = listener.next()) {
              callers.add(next.get().connection());
              heard.add("caller at " + next.get().path().getFileName());
            }
            callers.forEach(Connection::close);
            heard.add("end");
          } catch (IOException | RuntimeException failure) {
            heard.add(failure.getMessage());
          }
        });
    return listener;
  }

  private void assertAccepts(Path path) throws Exception {
    try (Connection caller = whole.connect(path)) {
      assertHeard("caller at " + path.getFileName());
      assertTrue(caller.descriptor() >= 0);
    }
  }

  @Test
  void aListenersSocketsGoFromHandToHandAndComeAndGo(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    listener.add(first);
    listener.move(provider(newcomer));
    assertAccepts(first);
    listener.add(second);
    listener.move(provider(whole));
    assertAccepts(second);
    listener.remove(first);
    assertThrows(IOException.class, () -> whole.connect(first));
    listener.move(provider(newcomer));
    assertAccepts(second);
    assertEquals(List.of(second), List.copyOf(listener.descriptors().keySet()));
    listener.close();
    assertHeard("end");
    assertFalse(Files.exists(second), "its file goes with it");
  }

  @Test
  void whoCannotListenLeavesTheListenerAccepting(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    newcomer.beforeListening =
        () -> {
          throw new IOException("cannot listen");
        };
    assertThrows(IOException.class, () -> listener.move(provider(newcomer)));
    assertAccepts(path);
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoDoesNotSayWhatItHasOpenedIsLeftWithEverySocket(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    listener.move(provider(newcomer));
    listener.add(first);
    listener.add(second);
    newcomer.beforeDescribing = HandedTest::throwUp;
    listener.move(provider(whole));
    assertAccepts(first);
    assertAccepts(second);
    listener.close();
    assertHeard("end");
  }

  @Test
  void aSocketThatCouldNotBeMovedIsNotOpened(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.move(provider(newcomer));
    newcomer.beforeDescribing = HandedTest::throwUp;
    assertThrows(IllegalStateException.class, () -> listener.add(path));
    assertFalse(Files.exists(path), "nobody would answer there");
    listener.close();
    assertHeard("end");
  }

  @Test
  void aSocketThatComesOnProbationIsOpenedByWhoIsLedBackTo(@TempDir Path directory)
      throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    newcomer.beforeDescribing = HandedTest::throwUp;
    moveOnProbation(listener);
    listener.add(path);
    assertAccepts(path);
    assertLedBack();
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoFailsToRemoveIsLedBackFromAndTheSocketGoes(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    newcomer.beforeRemoving = HandedTest::throwUp;
    moveOnProbation(listener);
    listener.remove(path);
    assertFalse(Files.exists(path), "its file goes with it");
    assertLedBack();
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoFailsToAcceptIsLedBackFromAndNoCallerIsLost(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    newcomer.beforeAccepting = HandedTest::throwUp;
    // It is not asked for what it was given.
    newcomer.beforeDescribing = HandedTest::throwUp;
    moveOnProbation(listener);
    assertAccepts(path);
    assertLedBack();
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoDoesNotAcceptIsSeenAndInterrupted(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    newcomer.beforeAccepting = HandedTest::sleep;
    moveOnProbation(listener);
    try (Connection caller = whole.connect(path)) {
      Eventually.holds("it stalls", listener::stalls);
      listener.move(provider(whole));
      assertHeard("caller at s");
      assertTrue(caller.descriptor() >= 0);
    }
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoMaySitStillIsNotSaidToStall(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    listener.move(provider(newcomer));
    listener.hold(true);
    try (Connection caller = whole.connect(path)) {
      Thread.sleep(700);
      assertFalse(listener.stalls(), "callers are to wait");
      listener.hold(false);
      assertHeard("caller at s");
      assertTrue(caller.descriptor() >= 0);
    }
    listener.close();
    assertHeard("end");
  }
}
