package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Open connections change hands, and come back from hands that fail. */
class HandedConnectionTest extends HandedStage {

  private TwoEnds ends;
  private HandedConnection connection;

  @BeforeEach
  void connect() throws IOException {
    ends = TwoEnds.of(whole);
    connection = new HandedConnection("a", portRooms, ends.back(), provider(whole));
  }

  @AfterEach
  void disconnect() {
    connection.close();
    ends.front().close();
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

  private void assertTalks(int request) throws Exception {
    ends.front().send(message(request));
    assertHeard("request " + request);
    connection.send(message(request + 1));
    assertEquals(request + 1, ends.front().receive().orElseThrow().request());
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
    newcomer.beforeWaiting = HandedStage::throwUp;
    moveOnProbation(connection);
    assertTalks(3);
    assertLedBack();
  }

  @Test
  void whoFailsBeforeItReceivesIsLedBackFromAndNoMessageIsLost() throws Exception {
    hear();
    newcomer.beforeReceiving = HandedStage::throwUp;
    moveOnProbation(connection);
    assertTalks(3);
    assertLedBack();
  }

  @Test
  void whoReceivesAndThenFailsEndsTheConnectionBecauseTheMessageIsGone() throws Exception {
    hear();
    newcomer.afterReceiving = HandedStage::throwUp;
    moveOnProbation(connection);
    ends.front().send(message(3));
    assertHeard("tampered");
    assertLedBack();
  }

  @Test
  void whoFailsToSendEndsTheConnectionBecauseTheMessageMayBeOut() throws Exception {
    newcomer.beforeSending = HandedStage::throwUp;
    moveOnProbation(connection);
    assertThrows(IllegalStateException.class, () -> connection.send(message(1)));
    assertLedBack();
  }

  @Test
  void whoDoesNotTellIsSeenAndInterrupted() throws Exception {
    hear();
    newcomer.beforeWaiting = HandedStage::sleep;
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
}
