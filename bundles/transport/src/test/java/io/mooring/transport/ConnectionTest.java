package io.mooring.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXSocket;

/** Messages come out of the stream as they went in, or the connection says what is wrong. */
@Timeout(20)
class ConnectionTest {

  private final Endpoints endpoints;

  ConnectionTest() throws IOException {
    endpoints = new Endpoints();
  }

  @AfterEach
  void close() throws IOException {
    endpoints.close();
  }

  private static byte[] payload(int size) {
    byte[] payload = new byte[size];
    new Random(size).nextBytes(payload);
    return payload;
  }

  private static void assertMessage(int request, int flags, byte[] payload, Message message) {
    assertEquals(request, message.request());
    assertEquals(flags, message.flags());
    assertEquals(ByteBuffer.wrap(payload), message.payload());
    assertEquals(0, message.descriptorCount());
  }

  /** Reads from a peer that writes the bytes and hangs up. */
  private String refused(byte[] bytes) throws IOException {
    try (AFUNIXSocket peer = endpoints.peer();
        Connection connection = endpoints.accept()) {
      peer.getOutputStream().write(bytes);
      peer.getChannel().shutdownOutput();
      return assertThrows(IOException.class, connection::receive).getMessage();
    }
  }

  @Test
  void messagesOfEverySizeComeAsTheyWereSent() throws IOException {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      for (int size : new int[] {0, 1, 8, 40, 264, Message.MAX_PAYLOAD}) {
        byte[] payload = payload(size);
        front.send(new Message(size, 0x10009, ByteBuffer.wrap(payload)));
        assertMessage(size, 0x10009, payload, back.receive().orElseThrow());
        back.send(new Message(-1, Message.VERSION, ByteBuffer.wrap(payload)));
        assertMessage(-1, Message.VERSION, payload, front.receive().orElseThrow());
      }
    }
  }

  @Test
  void aMessageThatComesInTwoPiecesIsOne() throws Exception {
    byte[] payload = payload(40);
    byte[] wire = Endpoints.wire(5, 1, 40, payload);
    try (AFUNIXSocket peer = endpoints.peer();
        Connection connection = endpoints.accept()) {
      for (int cut = 1; cut < wire.length; cut++) {
        CompletableFuture<Optional<Message>> received = receiveLater(connection);
        OutputStream stream = peer.getOutputStream();
        stream.write(wire, 0, cut);
        stream.flush();
        TimeUnit.MILLISECONDS.sleep(1);
        stream.write(wire, cut, wire.length - cut);
        assertMessage(5, 1, payload, received.get().orElseThrow());
      }
    }
  }

  private static CompletableFuture<Optional<Message>> receiveLater(Connection connection) {
    var received = new CompletableFuture<Optional<Message>>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            received.complete(connection.receive());
          } catch (IOException failure) {
            received.completeExceptionally(failure);
          }
        });
    return received;
  }

  @Test
  void messagesThatComeTogetherAreSeveral() throws IOException {
    byte[] first = Endpoints.wire(1, 1, 0, new byte[0]);
    byte[] second = Endpoints.wire(2, 9, 8, payload(8));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    try (AFUNIXSocket peer = endpoints.peer();
        Connection connection = endpoints.accept()) {
      peer.getOutputStream().write(both);
      assertMessage(1, 1, new byte[0], connection.receive().orElseThrow());
      assertMessage(2, 9, payload(8), connection.receive().orElseThrow());
    }
  }

  @Test
  void aPeerThatHangsUpBetweenMessagesJustEndsTheConnection() throws IOException {
    try (AFUNIXSocket peer = endpoints.peer();
        Connection connection = endpoints.accept()) {
      peer.getOutputStream().write(Endpoints.wire(1, 1, 0, new byte[0]));
      peer.getChannel().shutdownOutput();
      assertTrue(connection.receive().isPresent());
      assertTrue(connection.receive().isEmpty());
      assertTrue(connection.receive().isEmpty());
    }
  }

  @Test
  void aMessageThatIsCutIsAnErrorWhereverItIsCut() throws IOException {
    byte[] wire = Endpoints.wire(5, 1, 40, payload(40));
    for (int cut = 1; cut < wire.length; cut++) {
      int had = cut < 12 ? cut : cut - 12;
      int wanted = cut < 12 ? 12 : 40;
      assertEquals(
          "the connection ended in the middle of a message, after %d of %d bytes"
              .formatted(had, wanted),
          refused(Arrays.copyOf(wire, cut)));
    }
  }

  @Test
  void aPayloadThatIsTooLongIsRefusedBeforeItIsRead() throws IOException {
    for (int size : new int[] {Message.MAX_PAYLOAD + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      assertEquals(
          "request 7 has a payload of %s bytes, at most 4096 are allowed"
              .formatted(Integer.toUnsignedString(size)),
          refused(Endpoints.wire(7, 1, size, new byte[0])));
    }
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    for (int version : new int[] {0, 2, 3}) {
      assertEquals(
          "request 7 has version %d, allowed is 1".formatted(version),
          refused(Endpoints.wire(7, 8 | version, 0, new byte[0])));
    }
  }

  @Test
  void thePeerIsThisProcess() throws IOException {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      assertEquals(ProcessHandle.current().pid(), back.peer().pid());
      assertEquals(ProcessHandle.current().pid(), front.peer().pid());
      assertEquals(front.peer().uid(), back.peer().uid());
    }
  }

  @Test
  void whoReceivesReturnsWhenTheConnectionIsClosedHere() throws Exception {
    try (Connection front = endpoints.connect()) {
      Connection back = endpoints.accept();
      CompletableFuture<Optional<Message>> received = receiveLater(back);
      TimeUnit.MILLISECONDS.sleep(20);
      back.close();
      back.close();
      assertTrue(received.get().isEmpty());
      assertTrue(back.receive().isEmpty());
      assertTrue(front.receive().isEmpty(), "the other side sees the end");
    }
  }

  @Test
  void whoSendsToOneThatDoesNotReadReturnsWhenTheConnectionIsClosedHere() throws Exception {
    try (Connection front = endpoints.connect()) {
      Connection back = endpoints.accept();
      var ended = new CompletableFuture<Boolean>();
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              while (true) {
                back.send(new Message(1, 1, ByteBuffer.allocate(Message.MAX_PAYLOAD)));
              }
            } catch (IOException failure) {
              ended.complete(true);
            }
          });
      TimeUnit.MILLISECONDS.sleep(50);
      back.close();
      assertTrue(ended.get());
      assertTrue(front.receive().isPresent(), "what was sent before still comes");
    }
  }

  @Test
  void sendingToWhoHungUpIsAnError() throws IOException {
    Connection front = endpoints.connect();
    try (Connection back = endpoints.accept()) {
      front.close();
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 10; i++) {
              back.send(new Message(1, 1, ByteBuffer.allocate(8)));
            }
          });
    }
  }

  @Test
  void messagesSentByManyThreadsAreNotMixed() throws Exception {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      Thread[] senders = new Thread[4];
      for (int i = 0; i < senders.length; i++) {
        int size = 100 + i;
        senders[i] =
            Thread.ofPlatform()
                .daemon()
                .start(() -> {
                  for (int message = 0; message < 200; message++) {
                    try {
                      front.send(new Message(size, 1, ByteBuffer.wrap(payload(size))));
                    } catch (IOException failure) {
                      throw new AssertionError(failure);
                    }
                  }
                });
      }
      for (int i = 0; i < 800; i++) {
        Message message = back.receive().orElseThrow();
        assertEquals(ByteBuffer.wrap(payload(message.request())), message.payload());
      }
      for (Thread each : senders) {
        each.join();
      }
    }
  }

  @Test
  void aConnectionGivesBackItsDescriptor() throws Exception {
    var before = new OpenDescriptors();
    for (int i = 0; i < 50; i++) {
      Connection front = endpoints.connect();
      Connection back = endpoints.accept();
      CompletableFuture<Optional<Message>> received = receiveLater(back);
      front.close();
      assertTrue(received.get().isEmpty());
      back.close();
    }
    before.assertUnchanged();
  }

  @Test
  void aPayloadIsReadFromItsPositionAndLeftAsItWas() throws IOException {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      ByteBuffer payload = ByteBuffer.wrap(payload(20)).position(5).limit(15);
      front.send(new Message(1, 1, payload));
      assertEquals(5, payload.position());
      assertArrayEquals(
          Arrays.copyOfRange(payload(20), 5, 15), back.receive().orElseThrow().payload().array());
    }
  }
}
