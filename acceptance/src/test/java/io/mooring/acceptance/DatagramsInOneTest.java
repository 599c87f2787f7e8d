package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.virtio.NetFeature;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.NetPort.Received;
import io.mooring.frontend.VnetHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** USO, which neither QEMU 7.2 nor DPDK nor a guest's kernel of their time has. */
final class DatagramsInOneTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long SENDER = 0x0200_0000_0001L;
  private static final long TAKES_ALL = 0x0200_0000_0002L;
  private static final long TAKES_NONE = 0x0200_0000_0003L;
  private static final int SEGMENT_AS_UDP = 5;
  private static final int HEADERS = 14 + 20 + 8;
  private static final int EACH = 1000;
  private static final int DATAGRAMS = 3;
  private static final VnetHeader SEGMENTS_OF_1000 =
      new VnetHeader(VnetHeader.NEEDS_CSUM, SEGMENT_AS_UDP, HEADERS, EACH, 34, 6, 0);

  private static NetOptions options(NetFeature... more) {
    long features = NetOptions.MODERN;
    for (NetFeature each : more) {
      features |= each.mask();
    }
    return NetOptions.modern().bufferBytes(4096).features(features);
  }

  /** Learned where it is by what it sends first. */
  private static NetPort connect(Scratch scratch, String port, long mac, NetOptions options) {
    NetPort connected = Lab.connect(scratch.file(port), options);
    Lab.announce(connected, mac);
    return connected;
  }

  private static byte[] packet(long destination) {
    ByteBuffer packet = ByteBuffer.allocate(HEADERS + DATAGRAMS * EACH);
    packet.putShort((short) (destination >>> 32)).putInt((int) destination);
    packet.putShort((short) (SENDER >>> 32)).putInt((int) SENDER).putShort((short) 0x0800);
    int bytes = packet.remaining();
    packet.putShort((short) 0x4500).putShort((short) bytes).putInt(0x4000);
    packet.putShort((short) 0x4011).putShort((short) 0).putInt(0x0a000001).putInt(0x0a000002);
    packet
        .putShort((short) 9)
        .putShort((short) 9)
        .putShort((short) (bytes - 20))
        .putShort((short) 0);
    for (byte each = 0; packet.hasRemaining(); each++) {
      packet.put(each);
    }
    return packet.array();
  }

  @Test
  void theyArriveInOneWhereTheyAreTakenSoAndApartWhereNot() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch,
                "--port",
                "a=" + scratch.file("a"),
                "--port",
                "b=" + scratch.file("b"),
                "--port",
                "c=" + scratch.file("c"))) {
      try (NetPort all =
              connect(
                  scratch,
                  "b",
                  TAKES_ALL,
                  options(NetFeature.GUEST_CSUM, NetFeature.GUEST_USO4, NetFeature.GUEST_USO6));
          NetPort none = connect(scratch, "c", TAKES_NONE, options());
          NetPort sender =
              connect(scratch, "a", SENDER, options(NetFeature.CSUM, NetFeature.HOST_USO))) {
        sender.send(SEGMENTS_OF_1000, packet(TAKES_ALL));
        Received whole = awaitPacket(all);
        assertEquals(SEGMENT_AS_UDP, whole.header().gsoType());
        assertEquals(EACH, whole.header().gsoSize());
        assertArrayEquals(packet(TAKES_ALL), whole.frame().array());

        byte[] sent = packet(TAKES_NONE);
        sender.send(SEGMENTS_OF_1000, sent);
        for (int i = 0; i < DATAGRAMS; i++) {
          Received datagram = awaitPacket(none);
          assertEquals(0, datagram.header().gsoType());
          assertEquals(8 + EACH, datagram.frame().getShort(38), "the datagram's length");
          int from = HEADERS + i * EACH;
          assertArrayEquals(
              Arrays.copyOfRange(sent, from, from + EACH),
              Arrays.copyOfRange(datagram.frame().array(), HEADERS, HEADERS + EACH));
          assertEquals(HEADERS + EACH, datagram.frame().array().length);
        }
      }
      assertEquals(List.of(), mooring.complaints(0));
      mooring.stop();
    }
  }

  /** Passes over what others announced. */
  private static Received awaitPacket(NetPort port) throws IOException {
    while (true) {
      Received received = port.receive(PATIENCE).orElseThrow();
      if (received.frame().getShort(12) == 0x0800) {
        return received;
      }
    }
  }
}
