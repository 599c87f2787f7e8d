package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Client;
import io.mooring.frontend.DriverRing.Segment;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.VnetHeader;
import io.mooring.frontend.Vring;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;

/** What DPDK's vhost mended from 2023 to 2026 without a number, against a running Mooring. */
final class OthersFixesTest extends BadPortTest {

  private static final int IOTLB_UPDATE = 2;
  private static final int IOTLB_INVALIDATE = 3;

  /** Class, command and data, cut and overlong. */
  private static final List<String> COMMANDS =
      List.of(
          "",
          "00",
          "0000",
          "000001",
          "0101",
          "0100",
          "0100ffffffff",
          "010001000000",
          "010001000000020000000002ffffffff",
          "0400",
          "04000000",
          "0400ffff",
          "ffffffffffff");

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 12, 13, 39})
  void theDescriptorsOfAMessageThatIsCutAreClosed(int bytes) throws IOException {
    byte[] whole = new byte[Message.HEADER_BYTES + 40];
    whole[0] = (byte) Request.ADD_MEM_REG.number();
    whole[4] = Message.VERSION;
    whole[8] = 40;
    int file = Lab.OS.memfd("cut", 4096);
    try (AFUNIXSocket socket =
        AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(bad.socket().toFile()))) {
      FileDescriptor descriptor = FileDescriptorCast.unsafeUsing(file).getFileDescriptor();
      socket.setOutboundFileDescriptors(descriptor, descriptor, descriptor);
      socket.getOutputStream().write(whole, 0, bytes);
    }
    Lab.OS.close(file);
    bad.assertOneComplaint("middle of a message");
  }

  @Test
  void iotlbEntriesThatOverlapAreReplacedAndNoneIsLeft() throws IOException {
    Random random = new Random(7);
    long features = RingFeature.ACCESS_PLATFORM.mask();
    try (FrontEnd frontEnd = bad.frontEnd(features, ProtocolFeature.BACKEND_REQ.mask())) {
      frontEnd.share(GuestRam.of(Lab.OS, 1, 1 << 20));
      long user = frontEnd.ram().user(GuestRam.FIRST);
      for (int i = 0; i < 2000; i++) {
        long iova = random.nextInt(64) * 4096L;
        long size = 1L + random.nextInt(64 * 4096);
        int type = random.nextInt(3) == 0 ? IOTLB_INVALIDATE : IOTLB_UPDATE;
        ByteBuffer entry = Client.payload(32).putLong(iova).putLong(size).putLong(user);
        entry.put((byte) random.nextInt(4)).put((byte) type).position(32).flip();
        Message answer = frontEnd.client().ask(Request.IOTLB_MSG, entry);
        assertEquals(0, answer.payload().getLong());
      }
    }
    bad.assertNoComplaint();
  }

  @Test
  void addressesThatNobodyCanBeAskedForAreToldOnce() {
    long features = NetOptions.MODERN | RingFeature.ACCESS_PLATFORM.mask();
    try (NetPort guest = Lab.connect(bad.socket(), NetOptions.modern().features(features))) {
      for (int i = 0; i < 10; i++) {
        guest.transmitQueue().kick();
        guest.receiveQueue().kick();
        bad.bystanders().assertMoving();
      }
    }
    bad.assertOneComplaint("is not mapped");
  }

  @ParameterizedTest
  @EnumSource(names = {"SET_VRING_NUM", "SET_VRING_ENABLE", "SET_VRING_BASE"})
  void aRequestThatIsRefusedIsAnsweredAndTheNextIsServed(Request request) throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(0, ProtocolFeature.REPLY_ACK.mask())) {
      int flags = Message.VERSION | Message.NEED_REPLY;
      ByteBuffer nonsense = Client.payload(8).putInt(77).putInt(77).flip();
      frontEnd.client().send(new Message(request.number(), flags, nonsense));
      Message answer = frontEnd.client().next().orElseThrow();
      assertTrue(answer.payload().getLong() != 0, () -> request + " was obeyed");
      assertTrue(frontEnd.client().askNumber(Request.GET_FEATURES) != 0);
    }
  }

  @Test
  void refusalsWithoutEndAreFewLinesInTheLog() throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(0, ProtocolFeature.REPLY_ACK.mask())) {
      int flags = Message.VERSION | Message.NEED_REPLY;
      for (int i = 0; i < 1000; i++) {
        ByteBuffer nonsense = Client.payload(8).putInt(77).putInt(i).flip();
        frontEnd.client().send(new Message(Request.SET_VRING_NUM.number(), flags, nonsense));
        Message answer = frontEnd.client().next().orElseThrow();
        assertTrue(answer.payload().getLong() != 0, "it was obeyed");
      }
      assertTrue(frontEnd.client().askNumber(Request.GET_FEATURES) != 0);
    }
    List<String> complaints = bad.complaints();
    assertEquals(5, complaints.size(), complaints.toString());
    assertTrue(complaints.getLast().contains("no more of this kind"), complaints.toString());
  }

  /** Each is answered, where it leaves room for that, and then the queue serves the next. */
  @Test
  void controlCommandsOfAnyLengthAreAnswered() throws IOException {
    long features = NetOptions.MODERN | NetFeature.CTRL_VQ.mask() | NetFeature.CTRL_RX.mask();
    NetOptions options = NetOptions.modern().features(features | NetFeature.CTRL_MAC_ADDR.mask());
    try (NetPort guest = Lab.connect(bad.socket(), options)) {
      Vring control = guest.frontEnd().queue(2, 64);
      control.start();
      control.enable(true);
      long room = guest.frontEnd().ram().allocate(128, 64);
      for (String hex : COMMANDS) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        guest.frontEnd().ram().write(room, bytes);
        List<Segment> command = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
          command.add(new Segment(room + i, 1));
        }
        assertComesBack(control, command, List.of(new Segment(room + 64, 1)));
        assertComesBack(control, command, List.of(new Segment(room + 64, 64)));
        if (!command.isEmpty()) {
          assertComesBack(control, command, List.of());
        }
      }
      bad.assertPasses(guest);
    }
    bad.assertNoComplaint();
  }

  private static void assertComesBack(Vring control, List<Segment> command, List<Segment> answer)
      throws IOException {
    assertTrue(control.ring().add(command, answer) >= 0);
    control.flush();
    assertTrue(control.await((int) BadPort.PATIENCE.toMillis()), "the chain comes back");
    assertTrue(control.ring().collect());
    assertEquals(answer.isEmpty() ? 0 : 1, control.ring().length());
  }

  @Test
  void guestsThatGoWhileTheyAreSentToLeaveNothing() throws InterruptedException {
    var going = new AtomicBoolean(true);
    try (NetPort sender = Lab.connect(bad.other())) {
      Thread flood = Thread.ofPlatform().start(() -> flood(sender, going));
      for (int guest = 0; guest < 50; guest++) {
        try (NetPort each = Lab.connect(bad.socket())) {
          assertTrue(each.reserve() != 0);
        }
        Eventually.holds(
            "the port is free", BadPort.PATIENCE, OthersFixesTest::isFree, bad.mooring()::log);
      }
      going.set(false);
      flood.join();
    }
    bad.mooring().awaitState("other", "LISTENING");
    bad.assertNoComplaint();
  }

  private static boolean isFree() {
    List<String> log = bad.mooring().log();
    return log.getLast().contains("port bad: front-end disconnected");
  }

  /** Slow enough for those whom it does not concern. */
  private static void flood(NetPort sender, AtomicBoolean going) {
    while (going.get()) {
      sender.send(VnetHeader.PLAIN, bad.frame());
      LockSupport.parkNanos(1_000_000);
    }
  }
}
