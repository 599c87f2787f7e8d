package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listening sockets change hands, and come back from hands that fail. */
class HandedListenerTest extends HandedStage {

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
    newcomer.beforeDescribing = HandedStage::throwUp;
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
    newcomer.beforeDescribing = HandedStage::throwUp;
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
    newcomer.beforeDescribing = HandedStage::throwUp;
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
    newcomer.beforeRemoving = HandedStage::throwUp;
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
    newcomer.beforeAccepting = HandedStage::throwUp;
    // It is not asked for what it was given.
    newcomer.beforeDescribing = HandedStage::throwUp;
    moveOnProbation(listener);
    assertAccepts(path);
    assertLedBack();
    listener.close();
    assertHeard("end");
  }

  /** A listening socket that somebody else had. */
  private int former(Path path) throws IOException {
    Listener former = whole.listener();
    former.add(path);
    int descriptor = os.duplicate(former.descriptors().get(path));
    former.leave();
    return descriptor;
  }

  @Test
  void aSocketThatHadNoRoomForADuplicateGoesNowhereUntilThereIs(@TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("s");
    HandedListener listener = listen();
    int former = former(path);
    full = true;
    listener.adopt(path, former);
    assertAccepts(path);
    IOException refused = assertThrows(IOException.class, () -> listener.move(provider(newcomer)));
    assertEquals(
        "port a: %s cannot go to another transport: too many open files".formatted(path),
        refused.getMessage());
    assertAccepts(path);
    full = false;
    listener.move(provider(newcomer));
    assertAccepts(path);
    listener.close();
    assertHeard("end");
  }

  @Test
  void aSocketThatNobodyDescribesGoesNowhereButIsServed(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("s");
    newcomer.beforeDescribing = HandedStage::throwUp;
    HandedListener listener = listen();
    listener.move(provider(newcomer));
    listener.adopt(path, former(path));
    assertAccepts(path);
    assertEquals(
        "port a: %s cannot go to another transport: java.lang.IllegalStateException: tampered"
            .formatted(path),
        assertThrows(IOException.class, () -> listener.move(provider(whole))).getMessage());
    assertAccepts(path);
    listener.close();
    assertHeard("end");
  }

  @Test
  void whoDoesNotAcceptIsSeenAndInterrupted(@TempDir Path directory) throws Exception {
    HandedListener listener = listen();
    Path path = directory.resolve("s");
    listener.add(path);
    newcomer.beforeAccepting = HandedStage::sleep;
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
