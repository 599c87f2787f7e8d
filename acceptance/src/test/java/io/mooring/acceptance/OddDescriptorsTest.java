package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.OddFile;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.VnetHeader;
import io.mooring.frontend.Vring;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Descriptors that are not what they should be, and those that become it: their open files are the
 * front-end's as much as Mooring's, and it may fill them and make them block.
 */
final class OddDescriptorsTest extends BadPortTest {

  @ParameterizedTest
  @EnumSource(OddFile.Kind.class)
  void whereAnEventfdIsNeededAnythingElseEndsTheConnection(OddFile.Kind kind) throws IOException {
    String why = "an eventfd is needed";
    assertEnds(why, 0, Request.SET_VRING_KICK, Client.u64(0), kind);
    assertEnds(why, 0, Request.SET_VRING_CALL, Client.u64(0), kind);
    assertEnds(why, 0, Request.SET_VRING_ERR, Client.u64(0), kind);
  }

  @ParameterizedTest
  @EnumSource(
      value = OddFile.Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FILE"})
  void whereMemoryIsNeededAnythingElseEndsTheConnection(OddFile.Kind kind) throws IOException {
    ByteBuffer table = Client.payload(40).putInt(1).putInt(0);
    table.putLong(0).putLong(4096).putLong(0).putLong(0).flip();
    assertEnds("", 0, Request.SET_MEM_TABLE, table, kind);
    ByteBuffer log = Client.payload(16).putLong(4096).putLong(0).flip();
    assertEnds("", ProtocolFeature.LOG_SHMFD.mask(), Request.SET_LOG_BASE, log, kind);
    ByteBuffer inflight = Client.payload(24).putLong(4096).putLong(0);
    inflight.putShort((short) 2).putShort((short) 64).putInt(0).flip();
    long feature = ProtocolFeature.INFLIGHT_SHMFD.mask();
    assertEnds("", feature, Request.SET_INFLIGHT_FD, inflight, kind);
  }

  @Test
  void whereTheBackEndAsksOnlyASocketWillDo() throws IOException {
    Request request = Request.SET_BACKEND_REQ_FD;
    long features = ProtocolFeature.BACKEND_REQ.mask();
    for (OddFile.Kind kind : OddFile.Kind.values()) {
      if (kind != OddFile.Kind.SOCKET) {
        assertEnds("not SOCKET", features, request, Client.payload(0), kind);
      }
    }
  }

  private static void assertEnds(
      String why, long protocolFeatures, Request request, ByteBuffer payload, OddFile.Kind kind)
      throws IOException {
    try (OddFile odd = OddFile.open(kind);
        FrontEnd frontEnd = bad.frontEnd(0, protocolFeatures)) {
      Message message = new Message(request.number(), Message.VERSION, payload, odd.descriptor());
      frontEnd.client().send(message);
      BadPort.awaitEnd(frontEnd);
    }
    bad.assertOneComplaint(why);
  }

  /** The state goes or comes by any file; what has none is told so. */
  @ParameterizedTest
  @EnumSource(
      value = OddFile.Kind.class,
      names = {"DIRECTORY", "DEVICE"})
  void aStateThatCannotBeReadIsAnswered(OddFile.Kind kind) throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(0, ProtocolFeature.DEVICE_STATE.mask())) {
      try (OddFile odd = OddFile.open(kind)) {
        ByteBuffer load = Client.payload(8).putInt(1).putInt(0).flip();
        frontEnd.client().ask(Request.SET_DEVICE_STATE_FD, load, odd.descriptor());
      }
      assertNotEquals(0, frontEnd.client().askNumber(Request.CHECK_DEVICE_STATE));
      assertTrue(frontEnd.client().askNumber(Request.GET_FEATURES) != 0);
    }
  }

  /** Gives a queue an eventfd, and fills it so that whoever writes it waits. */
  private static int shareFull(FrontEnd frontEnd, Request request, int queue) throws IOException {
    int eventfd = Lab.OS.eventfd();
    frontEnd.client().tell(request, Client.u64(queue), eventfd);
    OddFile.fill(eventfd);
    return eventfd;
  }

  @Test
  void callsThatAreFullAndBlockStallNobody() throws IOException {
    try (NetPort guest = Lab.connect(bad.socket())) {
      int call = shareFull(guest.frontEnd(), Request.SET_VRING_CALL, 1);
      for (int frame = 0; frame < 100; frame++) {
        guest.transmitQueue().ring().calls(true);
        assertTrue(guest.send(VnetHeader.PLAIN, bad.frame()));
        guest.transmitQueue().kick();
      }
      bad.bystanders().assertMoving();
      bad.assertPasses(guest);
      Lab.OS.close(call);
    }
    bad.assertNoComplaint();
  }

  @Test
  void anErrorThatIsFullAndBlocksStallsNobody() throws IOException {
    try (NetPort guest = Lab.connect(bad.socket())) {
      int error = shareFull(guest.frontEnd(), Request.SET_VRING_ERR, 1);
      Vring queue = guest.transmitQueue();
      queue.ring().memory().availableIndex(queue.ring().memory().size() + 1);
      queue.kick();
      BadPort.awaitEnd(guest.frontEnd());
      Lab.OS.close(error);
    }
    bad.assertOneComplaint("queue 1");
  }

  @Test
  void aKickThatIsFullAndBlocksStallsNobody() throws IOException {
    long features =
        ProtocolFeature.INBAND_NOTIFICATIONS.mask()
            | ProtocolFeature.BACKEND_REQ.mask()
            | ProtocolFeature.REPLY_ACK.mask();
    try (FrontEnd frontEnd = bad.frontEnd(0, features)) {
      int kick = shareFull(frontEnd, Request.SET_VRING_KICK, 1);
      BadPort.send(frontEnd, Request.VRING_KICK, 1, 0);
      assertTrue(frontEnd.client().askNumber(Request.GET_FEATURES) != 0);
      Lab.OS.close(kick);
    }
    bad.assertNoComplaint();
  }
}
