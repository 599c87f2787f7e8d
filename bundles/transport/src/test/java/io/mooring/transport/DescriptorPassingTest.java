package io.mooring.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/** Descriptors come along with messages, and none is lost or left open. */
@Timeout(20)
class DescriptorPassingTest {

  private static final int CLOSE_ON_EXEC = 02000000;

  private final Endpoints endpoints;
  private final OpenDescriptors before;

  DescriptorPassingTest() throws IOException {
    endpoints = new Endpoints();
    // The first connection makes what the library keeps.
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      front.send(new Message(1, 1, ByteBuffer.allocate(0)));
      assertTrue(back.receive().isPresent());
    }
    before = new OpenDescriptors();
  }

  @AfterEach
  void close() throws IOException {
    endpoints.close();
  }

  private int[] eventfds(int count) throws IOException {
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = endpoints.os.eventfd();
    }
    return all;
  }

  private void closeAll(int... descriptors) {
    for (int each : descriptors) {
      endpoints.os.close(each);
    }
  }

  @Test
  void upToEightDescriptorsArriveInOrderAndAreTheReceivers() throws Exception {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      for (int count = 0; count <= Message.MAX_DESCRIPTORS; count++) {
        int[] sent = eventfds(count);
        front.send(new Message(5, 1, ByteBuffer.allocate(40), sent));
        Message message = back.receive().orElseThrow();
        assertEquals(count, message.descriptorCount());
        int[] received = message.claim();
        for (int i = 0; i < count; i++) {
          endpoints.os.signal(sent[i]);
          assertTrue(endpoints.os.drain(received[i]), "descriptor %d of %d".formatted(i, count));
          String info = Files.readString(Path.of("/proc/self/fdinfo/" + received[i]));
          int flags = Integer.parseInt(info.replaceAll("(?s).*flags:\\s*([0-7]+).*", "$1"), 8);
          assertEquals(CLOSE_ON_EXEC, flags & CLOSE_ON_EXEC, "close on exec");
        }
        closeAll(sent);
        closeAll(received);
      }
    }
    before.assertUnchanged();
  }

  @Test
  void theSendersDescriptorsStayItsOwn() throws Exception {
    int[] sent = eventfds(2);
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      Message message = new Message(5, 1, ByteBuffer.allocate(8), sent);
      front.send(message);
      closeAll(back.receive().orElseThrow().claim());
      assertArrayEquals(sent, message.unclaimed());
    }
    for (int each : sent) {
      assertTrue(endpoints.os.signal(each), "the sender's descriptor is still open");
    }
    closeAll(sent);
    before.assertUnchanged();
  }

  /** The library has them, and the garbage collector must not find them there. */
  @Test
  void theSendersDescriptorsStayItsOwnAlsoAfterACollection() throws Exception {
    int[] sent = eventfds(4);
    for (int round = 0; round < 5; round++) {
      try (Connection front = endpoints.connect();
          Connection back = endpoints.accept()) {
        front.send(new Message(5, 1, ByteBuffer.allocate(8), sent));
        closeAll(back.receive().orElseThrow().claim());
      }
      System.gc();
      Thread.sleep(20);
    }
    for (int each : sent) {
      assertTrue(endpoints.os.signal(each), "the sender's descriptor is still open");
    }
    closeAll(sent);
    before.assertUnchanged();
  }

  @Test
  void messagesWithoutDescriptorsGetNoneOfTheOnesBefore() throws Exception {
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      int[] sent = eventfds(3);
      front.send(new Message(5, 1, ByteBuffer.allocate(8), sent));
      front.send(new Message(6, 1, ByteBuffer.allocate(8)));
      Message first = back.receive().orElseThrow();
      Message second = back.receive().orElseThrow();
      assertEquals(3, first.descriptorCount());
      assertEquals(0, second.descriptorCount());
      closeAll(first.claim());
      closeAll(sent);
    }
    before.assertUnchanged();
  }

  private static void send(AFUNIXSocket peer, byte[] bytes, int... descriptors) throws IOException {
    FileDescriptor[] all = new FileDescriptor[descriptors.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = FileDescriptorCast.unsafeUsing(descriptors[i]).getFileDescriptor();
    }
    peer.setOutboundFileDescriptors(all);
    peer.getOutputStream().write(bytes);
  }

  @Test
  void descriptorsMayComeWithAnyPartOfAMessage() throws Exception {
    byte[] wire = Endpoints.wire(5, 1, 8, new byte[8]);
    int[] sent = eventfds(2);
    for (int cut = 1; cut < wire.length; cut++) {
      try (AFUNIXSocket peer = endpoints.peer();
          Connection connection = endpoints.accept()) {
        send(peer, Arrays.copyOf(wire, cut), sent[0]);
        send(peer, Arrays.copyOfRange(wire, cut, wire.length), sent[1]);
        Message message = connection.receive().orElseThrow();
        assertEquals(2, message.descriptorCount(), "cut after " + cut);
        closeAll(message.claim());
      }
    }
    closeAll(sent);
    before.assertUnchanged();
  }

  @Test
  void moreThanEightAreRefusedAndNoneStaysOpen() throws Exception {
    int[] sent = eventfds(40);
    for (int count : new int[] {Message.MAX_DESCRIPTORS + 1, 40}) {
      try (AFUNIXSocket peer = endpoints.peer();
          Connection connection = endpoints.accept()) {
        send(peer, Endpoints.wire(5, 1, 0, new byte[0]), Arrays.copyOf(sent, count));
        String line = assertThrows(IOException.class, connection::receive).getMessage();
        assertEquals("request 5 has %d descriptors, at most 8 are allowed".formatted(count), line);
      }
    }
    closeAll(sent);
    before.assertUnchanged();
  }

  @Test
  void descriptorsOfAMessageThatIsCutOrWrongAreClosed() throws Exception {
    int[] sent = eventfds(3);
    byte[] cut = Arrays.copyOf(Endpoints.wire(5, 1, 40, new byte[40]), 30);
    byte[] version = Endpoints.wire(5, 2, 0, new byte[0]);
    byte[] size = Endpoints.wire(5, 1, -1, new byte[0]);
    for (byte[] wrong : new byte[][] {cut, version, size}) {
      try (AFUNIXSocket peer = endpoints.peer();
          Connection connection = endpoints.accept()) {
        send(peer, wrong, sent);
        peer.getChannel().shutdownOutput();
        assertThrows(IOException.class, connection::receive);
      }
    }
    closeAll(sent);
    before.assertUnchanged();
  }

  @Test
  void descriptorsThatWereNeverReadGoWithTheConnection() throws Exception {
    int[] sent = eventfds(3);
    try (Connection front = endpoints.connect();
        Connection back = endpoints.accept()) {
      front.send(new Message(5, 1, ByteBuffer.allocate(8), sent));
      front.send(new Message(6, 1, ByteBuffer.allocate(8), sent));
      closeAll(back.receive().orElseThrow().claim());
    }
    closeAll(sent);
    before.assertUnchanged();
  }
}
