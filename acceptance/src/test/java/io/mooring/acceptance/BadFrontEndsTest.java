package io.mooring.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Front-ends that break the rules, beside two on the same switch that keep them: the latter notice
 * nothing, the log has one line, and the port serves the next.
 */
final class BadFrontEndsTest extends BadPortTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int HEADER = 3 * Integer.BYTES;

  /** Breaks a rule over a connection of a front-end that was in order until then. */
  @FunctionalInterface
  interface Nonsense {
    void say(FrontEnd frontEnd) throws IOException;
  }

  static Stream<Arguments> bytes() {
    return Stream.of(
        arguments(named("noise", "This is no vhost-user message.\n".getBytes(UTF_8)), "version"),
        arguments(named("a version of the future", header(1, 2, 0)), "version 2"),
        arguments(named("a payload of 4 GiB", header(1, 1, -1)), "payload of 4294967295 bytes"),
        arguments(named("a request that nobody knows", header(9999, 1, 0)), "9999"),
        arguments(named("a payload that is too short", header(2, 1, 4, 0)), "SET_FEATURES"),
        arguments(named("a payload that is too long", header(2, 1, 12, 0, 0, 0)), "SET_FEATURES"),
        arguments(named("features nobody offered", header(2, 1, 8, -1, -1)), "not offered"));
  }

  private static byte[] header(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  @ParameterizedTest
  @MethodSource("bytes")
  void wrongBytesEndTheConnectionWithOneLineThatSaysWhy(byte[] bytes, String why)
      throws IOException {
    try (SocketChannel channel = open()) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.configureBlocking(false);
      Eventually.holds("the connection ends", PATIENCE, () -> ended(channel), () -> "open");
    }
    bad.assertOneComplaint(why);
  }

  private static SocketChannel open() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(bad.socket()));
    return channel;
  }

  private static boolean ended(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(256)) < 0;
    } catch (IOException e) {
      // Closed with bytes of ours unread.
      return true;
    }
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        wrong(
            "a ring of 3 descriptors",
            "3",
            each -> BadPort.send(each, Request.SET_VRING_NUM, 0, 3)),
        wrong(
            "a queue far away",
            "5000",
            each -> BadPort.send(each, Request.SET_VRING_NUM, 5000, 256)),
        wrong("memory without a descriptor", "descriptor", BadFrontEndsTest::memoryOfNothing),
        wrong("memory beyond its file", "file", BadFrontEndsTest::memoryBeyondItsFile),
        wrong("a kick that is no eventfd", "eventfd", BadFrontEndsTest::kickByMemory),
        wrong("rings where there is no memory", "queue 0", BadFrontEndsTest::ringsOutsideMemory));
  }

  private static Arguments wrong(String what, String why, Nonsense nonsense) {
    return arguments(named(what, nonsense), why);
  }

  private static void memory(FrontEnd frontEnd, long size, int... descriptors) throws IOException {
    ByteBuffer table = Client.payload(8 + 32).putInt(1).putInt(0);
    table.putLong(0).putLong(size).putLong(0).putLong(0).flip();
    int request = Request.SET_MEM_TABLE.number();
    frontEnd.client().send(new Message(request, Message.VERSION, table, descriptors));
  }

  private static void memoryOfNothing(FrontEnd frontEnd) throws IOException {
    memory(frontEnd, 1 << 20);
  }

  private static void memoryBeyondItsFile(FrontEnd frontEnd) throws IOException {
    int file = Lab.OS.memfd("short", 1 << 20);
    memory(frontEnd, 1L << 30, file);
    Lab.OS.close(file);
  }

  private static void kickByMemory(FrontEnd frontEnd) throws IOException {
    int file = Lab.OS.memfd("kick", 4096);
    int request = Request.SET_VRING_KICK.number();
    frontEnd.client().send(new Message(request, Message.VERSION, Client.u64(0), file));
    Lab.OS.close(file);
  }

  private static void ringsOutsideMemory(FrontEnd frontEnd) throws IOException {
    int kick = Lab.OS.eventfd();
    BadPort.send(frontEnd, Request.SET_VRING_NUM, 0, 256);
    ByteBuffer rings = Client.payload(40).putInt(0).putInt(0);
    rings.putLong(0x10000).putLong(0x20000).putLong(0x30000).putLong(0).flip();
    int addresses = Request.SET_VRING_ADDR.number();
    frontEnd.client().send(new Message(addresses, Message.VERSION, rings));
    int request = Request.SET_VRING_KICK.number();
    frontEnd.client().send(new Message(request, Message.VERSION, Client.u64(0), kick));
    BadPort.send(frontEnd, Request.SET_VRING_ENABLE, 0, 1);
    Lab.OS.close(kick);
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void wrongRequestsEndTheConnectionWithOneLineThatSaysWhy(Nonsense nonsense, String why)
      throws IOException {
    try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, bad.socket())) {
      frontEnd.negotiate(NetOptions.MODERN, 0);
      nonsense.say(frontEnd);
      BadPort.awaitEnd(frontEnd);
    }
    bad.assertOneComplaint(why);
  }

  @Test
  void framesOutsideTheGuestsMemoryEndTheConnection() throws IOException {
    try (NetPort port = Lab.connect(bad.socket())) {
      long nowhere = 0x7fff_0000_0000L;
      port.transmitQueue().ring().add(new long[] {nowhere}, new int[] {64}, 1, 1, false);
      port.transmitQueue().flush();
      BadPort.awaitEnd(port.frontEnd());
    }
    bad.assertOneComplaint("7fff00000000");
  }

  @Test
  void memoryThatIsTruncatedUnderRunningQueuesEndsTheConnection() throws IOException {
    try (NetPort port = Lab.connect(bad.socket())) {
      for (GuestRam.Block block : port.frontEnd().ram().blocks()) {
        Path file = Path.of("/proc/self/fd", Integer.toString(block.descriptor()));
        try (FileChannel memory = FileChannel.open(file, StandardOpenOption.WRITE)) {
          memory.truncate(0);
        }
      }
      port.transmitQueue().kick();
      BadPort.awaitEnd(port.frontEnd());
    }
    bad.assertOneComplaint("truncated");
  }

  @Test
  void silentConnectionDisturbsNobody() throws IOException {
    try (SocketChannel silent = open()) {
      bad.bystanders().assertMoving();
      // Half a header, and nothing more.
      silent.write(ByteBuffer.wrap(header(1, 1, 0), 0, HEADER / 2));
      bad.bystanders().assertMoving();
      assertEquals("CONNECTED", bad.mooring().port("bad").get("state").getAsString());
    }
    bad.assertOneComplaint("middle of a message");
  }

  @Test
  void guestThatTakesNoFramesLosesItsOwnOnly() {
    try (NetPort deaf = Lab.connect(bad.socket());
        NetPort pusher = Lab.connect(bad.other())) {
      Lab.announce(deaf, TestFrame.mac(20));
      long dropped = bad.mooring().counter("bad", "to_guest_dropped_no_buffer");
      for (int frame = 0; frame < 20 * deaf.receiveBuffers(); frame++) {
        push(pusher, frame);
      }
      bad.bystanders().assertMoving();
      long lost = bad.mooring().counter("bad", "to_guest_dropped_no_buffer") - dropped;
      assertTrue(lost > deaf.receiveBuffers(), lost + " frames were dropped for the deaf guest");
    }
  }

  private static void push(NetPort pusher, int frame) {
    Eventually.holds("there is room", PATIENCE, () -> pusher.reserve() != 0, () -> frame);
    TestFrame.write(pusher.reserve(), 64, TestFrame.mac(20), TestFrame.mac(21), 21, frame);
    pusher.commit(64);
    pusher.flush();
  }

  @Test
  void questionsWhoseAnswersAreNotReadStallTheirOwnPortOnly() throws IOException {
    try (SocketChannel flood = open()) {
      flood.configureBlocking(false);
      ByteBuffer questions = ByteBuffer.allocate(1000 * HEADER);
      while (questions.hasRemaining()) {
        questions.put(header(Request.GET_FEATURES.number(), 1, 0));
      }
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < end) {
        questions.rewind();
        while (questions.hasRemaining() && System.nanoTime() < end) {
          flood.write(questions);
        }
      }
      bad.bystanders().assertMoving();
      assertEquals("CONNECTED", bad.mooring().port("bad").get("state").getAsString());
    }
  }

  /** More answers than a socket holds, and then a fault, which ends the wait for room. */
  @Test
  void whoReadsNoAnswersAndBreaksARuleIsToldOfOnce() throws IOException {
    var deaf = new DeafConnection(Lab.TRANSPORT.connect(bad.socket()));
    FrontEnd frontEnd = FrontEnd.over(Lab.OS, deaf, PATIENCE);
    try (NetPort guest = NetPort.bringUp(Lab.OS, frontEnd, NetOptions.modern())) {
      deaf.stopReading();
      int request = Request.GET_FEATURES.number();
      for (int question = 0; question < 400; question++) {
        frontEnd.client().send(new Message(request, Message.VERSION, Client.payload(0)));
      }
      bad.bystanders().assertMoving();
      guest.transmitQueue().ring().memory().availableIndex(0x8000);
      guest.transmitQueue().kick();
      bad.assertOneComplaint("queue 1");
      bad.bystanders().assertMoving();
      bad.assertNoComplaint();
    }
  }

  /** A refused log is answered, and there is time to say more before the connection ends. */
  @Test
  void nonsenseBetweenALastWordAndTheEndIsNotToldOf() throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(0, ProtocolFeature.LOG_SHMFD.mask())) {
      ByteBuffer nothing = Client.payload(16).putLong(0).putLong(0).flip();
      BadPort.send(frontEnd, Request.SET_LOG_BASE, nothing, Lab.OS.memfd("log", 4096));
      BadPort.send(frontEnd, Request.SET_VRING_NUM, 5000, 256);
      BadPort.awaitEnd(frontEnd);
    }
    bad.assertOneComplaint("SET_LOG_BASE");
    bad.assertServesTheNext();
    bad.assertNoComplaint();
  }

  @Test
  void descriptorsThatNobodyAskedForAreClosed() throws IOException {
    int[] files = new int[Message.MAX_DESCRIPTORS];
    for (int i = 0; i < files.length; i++) {
      files[i] = Lab.OS.eventfd();
    }
    try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, bad.socket())) {
      int request = Request.SET_OWNER.number();
      for (int message = 0; message < 500; message++) {
        frontEnd.client().send(new Message(request, Message.VERSION, Client.payload(0), files));
      }
      BadPort.awaitEnd(frontEnd);
    } catch (IOException e) {
      // Refused while we were still sending: as good.
      assertTrue(e.getMessage() != null, "a reason");
    }
    for (int file : files) {
      Lab.OS.close(file);
    }
  }

  @Test
  void kicksWithoutFramesDisturbNobody() {
    try (NetPort kicker = Lab.connect(bad.socket())) {
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < end) {
        kicker.transmitQueue().kick();
        kicker.receiveQueue().kick();
      }
      bad.bystanders().assertMoving();
    } catch (UncheckedIOException e) {
      throw new AssertionError(e);
    }
  }
}
