package io.mooring.net;

import static io.mooring.net.Guest.assertFrames;
import static io.mooring.net.Guest.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a driver or the operator asks of a device, and what becomes of frames then. */
class NetControlTest {

  private static final long PLAIN = RingFeature.VERSION_1.mask();
  private static final long CONTROLLED =
      PLAIN
          | NetFeature.CTRL_VQ.mask()
          | NetFeature.CTRL_RX.mask()
          | NetFeature.CTRL_VLAN.mask()
          | NetFeature.CTRL_MAC_ADDR.mask();
  private static final long ANNOUNCING =
      CONTROLLED | NetFeature.STATUS.mask() | NetFeature.GUEST_ANNOUNCE.mask();

  private final Switch fabric = new Switch("test", System::nanoTime);
  private final Guest ann = new Guest("a", fabric);
  private final Guest bob = new Guest("b", fabric);
  private FakeQueue control = new FakeQueue(2, 64);
  private int changes;

  @BeforeEach
  void bobHasBuffers() {
    ann.starts(PLAIN);
    ann.offersBuffers(10, 2048);
    bob.offersBuffers(100, 2048);
    bob.device.reset(4);
    bob.device.onConfigurationChange(() -> changes++);
  }

  private void bobStarts(long features) {
    bob.starts(features);
    bob.device.attach(control);
  }

  /** Bob's driver gives a command, and gets its answer. */
  private void commands(String hex) {
    control.used.clear();
    control.offerCommand(1, HexFormat.of().parseHex(hex.replace(" ", "")));
    assertEquals(1, bob.device.poll());
    assertArrayEquals(new byte[] {0}, control.used.getFirst());
  }

  private byte[] annSends(byte[] frame) {
    ann.sends(frame);
    assertEquals(1, ann.device.poll());
    return frame;
  }

  @Test
  void whatADriverDoesNotWantIsKeptFromItAndCounted() {
    bobStarts(CONTROLLED);
    commands("00 00 00");
    commands("01 01 020000000002");
    byte[] first = frame(2, 1, 60);
    byte[] last = frame(2, 1, 90);
    for (byte[] each : List.of(first, frame(9, 1, 70), frame(8, 1, 80), last)) {
      ann.sends(each);
    }
    assertEquals(4, ann.device.poll());
    assertFrames(List.of(first, last), bob.got());
    assertEquals(2, bob.counter("to_guest_dropped_filtered"));
    assertEquals(4, ann.transmit.used.size());
  }

  @Test
  void unwantedFramesNeedNoBuffers() {
    bobStarts(CONTROLLED);
    commands("00 00 00");
    commands("01 01 020000000002");
    bob.receive.used.clear();
    for (int i = 0; i < 100; i++) {
      annSends(frame(2, 1, 60));
    }
    annSends(frame(9, 1, 70));
    ann.sends(frame(2, 1, 60));
    assertEquals(0, ann.device.poll(), "the next one waits for a buffer");
  }

  @Test
  void aFilterGoesWithItsControlQueueAndWithAReset() {
    bobStarts(CONTROLLED);
    commands("00 00 00");
    commands("01 01 020000000002");
    byte[] other = frame(9, 1, 60);
    bob.device.detach(2);
    annSends(other);
    assertEquals(1, bob.got().size(), "nobody could ask for it any more");
    bob.device.attach(control);
    annSends(other);
    assertEquals(1, bob.got().size(), "an engine was replaced, the driver knows nothing of it");
    bob.device.detach(2);
    bob.device.reset(4);
    bob.device.attach(control);
    annSends(other);
    assertEquals(2, bob.got().size());
  }

  @Test
  void theControlQueueIsBehindThoseThatTheDriverKnows() {
    bobStarts(CONTROLLED);
    commands("00 00 00");
    bob.device.detach(2);
    bob.device.negotiated(CONTROLLED | NetFeature.MQ.mask());
    control = new FakeQueue(8, 64);
    bob.device.attach(control);
    commands("04 00 0200");
    assertTrue(bob.device.arm() || control.armed);
    bob.device.disarm();
    assertFalse(control.armed);
  }

  @Test
  void withoutAControlQueueThatIndexIsADataQueue() {
    bob.starts(PLAIN | NetFeature.MQ.mask());
    FakeQueue second = new FakeQueue(2, 64);
    second.offerRoom(2048);
    bob.device.attach(second);
    FakeQueue annSecond = new FakeQueue(3, 64);
    ann.device.attach(annSecond);
    annSecond.offer(new byte[NetHeader.BYTES], frame(2, 1, 60));
    assertEquals(1, ann.device.poll());
    assertEquals(1, second.used.size());
  }

  /** virtio 1.3, 5.1.6.5.5: one pair until the driver has said more. */
  @Test
  void onlyPairsInUseReceive() {
    control = new FakeQueue(8, 64);
    bobStarts(CONTROLLED | NetFeature.MQ.mask());
    FakeQueue second = new FakeQueue(2, 64);
    second.offerRoom(2048);
    second.offerRoom(2048);
    bob.device.attach(second);
    FakeQueue annSecond = new FakeQueue(3, 64);
    ann.device.attach(annSecond);
    annSecond.offer(new byte[NetHeader.BYTES], frame(2, 1, 60));
    ann.device.poll();
    assertEquals(0, second.used.size());
    assertEquals(1, bob.receive.used.size());
    commands("04 00 0200");
    annSecond.offer(new byte[NetHeader.BYTES], frame(2, 1, 60));
    ann.device.poll();
    assertEquals(1, second.used.size());
    commands("04 00 0100");
    annSecond.offer(new byte[NetHeader.BYTES], frame(2, 1, 60));
    ann.device.poll();
    assertEquals(2, bob.receive.used.size());
  }

  @Test
  void anOffloadThatIsSwitchedOffIsDoneForTheDriver() {
    long offloads = NetFeature.GUEST_CSUM.mask() | NetFeature.GUEST_TSO4.mask();
    bobStarts(CONTROLLED | offloads | NetFeature.CTRL_GUEST_OFFLOADS.mask());
    ann.device.negotiated(PLAIN | NetFeature.CSUM.mask() | NetFeature.HOST_TSO4.mask());
    TcpPacket packet = new TcpPacket(0, false, 0, 0, 7, 9, 0, ByteBuffer.allocate(1900));
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.device.poll();
    assertEquals(1, bob.got().size());
    commands("05 00 0200000000000000");
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.device.poll();
    assertEquals(3, bob.got().size());
    commands("05 00 8200000000000000");
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.device.poll();
    assertEquals(4, bob.got().size());
  }

  @Test
  void whatADriverAskedForIsSavedAndLoaded() {
    bobStarts(CONTROLLED);
    commands("00 00 00");
    commands("01 01 020000000002");
    byte[] saved = bob.device.save();
    bob.device.reset(4);
    bob.device.load(saved);
    annSends(frame(9, 1, 60));
    assertEquals(List.of(), bob.got());
  }

  private static final long HASHING =
      CONTROLLED | NetFeature.RSS.mask() | NetFeature.HASH_REPORT.mask();

  /** The hash and its type that a frame came with. */
  private static long told(byte[] used) {
    return ByteBuffer.wrap(used).order(ByteOrder.LITTLE_ENDIAN).getLong(12);
  }

  @Test
  void flowsAreSteeredAndTheirHashesTold() {
    control = new FakeQueue(8, 64);
    bobStarts(HASHING);
    FakeQueue[] queues = {bob.receive, new FakeQueue(2, 64), new FakeQueue(4, 64)};
    for (int i = 1; i < queues.length; i++) {
      for (int room = 0; room < 50; room++) {
        queues[i].offerRoom(2048);
      }
      bob.device.attach(queues[i]);
    }
    String key = "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
    commands("04 01 12000000 0100 0200 0000 0100 0300 28" + key);
    for (int flow = 0; flow < 20; flow++) {
      ByteBuffer payload = ByteBuffer.wrap(new byte[flow]);
      byte[] udp = new UdpDatagram(0, false, 0, flow, 0, payload).bytes();
      byte[] tcp = new TcpPacket(0, true, 0, 0, 1, 1, 0, payload).bytes();
      tcp[54] = (byte) flow;
      tcp[55] = (byte) (flow * 7);
      ann.sends(udp);
      ann.sends(tcp);
    }
    assertEquals(40, ann.device.poll());
    assertEquals(20, queues[2].used.size(), "UDP is not hashed");
    queues[2].used.forEach(each -> assertEquals(0, told(each)));
    for (int i = 0; i < 2; i++) {
      assertTrue(queues[i].used.size() > 2, "flows are spread");
      for (byte[] each : queues[i].used) {
        assertEquals(i, told(each) & 1, "the table's entry is the hash's lowest bit");
        assertEquals(5, told(each) >>> 32, "TCPv6");
      }
    }
  }

  @Test
  void packetsOfOneThatWasCutStayTogether() {
    control = new FakeQueue(8, 64);
    bobStarts(HASHING);
    commands("04 02 3f000000 0000000000000000 28" + "5a".repeat(40));
    ann.device.negotiated(PLAIN | NetFeature.CSUM.mask() | NetFeature.HOST_TSO4.mask());
    TcpPacket packet = new TcpPacket(0, false, 0, 0, 7, 9, 0, ByteBuffer.allocate(1900));
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.device.poll();
    assertEquals(2, bob.receive.used.size());
    assertEquals(told(bob.receive.used.get(0)), told(bob.receive.used.get(1)));
    assertEquals(2, told(bob.receive.used.get(0)) >>> 32);
  }

  /** Its front-end has the control queue, and does not tell what hashes are wanted. */
  @Test
  void aDriverWhoseHashesAreNotKnownIsToldThatThereIsNone() {
    bob.starts(PLAIN | NetFeature.HASH_REPORT.mask());
    byte[] udp = new UdpDatagram(0, false, 0, 1, 0, ByteBuffer.allocate(10)).bytes();
    annSends(udp);
    byte[] used = bob.receive.used.getFirst();
    assertEquals(20 + udp.length, used.length);
    assertEquals(0, told(used));
  }

  @Test
  void aDriverThatKnowsHashesSendsWithTheLongHeader() {
    bob.starts(PLAIN | NetFeature.HASH_REPORT.mask());
    byte[] frame = frame(1, 2, 60);
    bob.transmit.offer(new byte[7], new byte[13], frame);
    bob.transmit.offer(new byte[20], frame);
    assertEquals(2, bob.device.poll());
    assertFrames(List.of(frame, frame), ann.got());
  }

  private int status() {
    return bob.device.configuration(4)[6];
  }

  @Test
  void aDriverThatCanIsAskedToAnnounceItselfUntilItHas() {
    bobStarts(ANNOUNCING);
    bob.device.announce(0x0200_0000_0002L);
    assertEquals(3, status());
    assertEquals(1, changes);
    assertEquals(1, ann.got().size(), "the switches learn the place at once");
    commands("03 00");
    assertEquals(1, status());
  }

  @Test
  void aDriverThatCannotIsAnnouncedOnly() {
    bob.starts(ANNOUNCING);
    bob.device.announce(0x0200_0000_0002L);
    assertEquals(1, status(), "its front-end has the control queue");
    bob.device.attach(control);
    bob.device.negotiated(CONTROLLED | NetFeature.GUEST_ANNOUNCE.mask());
    bob.device.announce(0x0200_0000_0002L);
    bob.device.negotiated(CONTROLLED | NetFeature.STATUS.mask());
    bob.device.announce(0x0200_0000_0002L);
    assertEquals(1, status());
    assertEquals(0, changes);
    assertEquals(3, ann.got().size());
  }

  @Test
  void aLinkThatIsDownCarriesNothingEitherWay() {
    bob.starts(PLAIN);
    bob.sends(frame(1, 2, 60));
    bob.device.poll();
    bob.device.link(false);
    assertEquals(0, status());
    assertEquals(1, changes);
    annSends(frame(2, 1, 60));
    assertEquals(1, ann.counter("from_guest_dropped_no_receiver"));
    bob.sends(frame(1, 2, 70));
    assertEquals(1, bob.device.poll());
    assertEquals(2, bob.transmit.used.size(), "the driver does not hang");
    assertEquals(1, bob.counter("from_guest_dropped_link_down"));
    bob.device.announce(0x0200_0000_0002L);
    assertEquals(1, ann.got().size());
    assertEquals(List.of(), bob.got());
  }

  @Test
  void aLinkThatComesBackCarriesAgain() {
    bob.starts(PLAIN);
    bob.device.link(false);
    bob.device.link(false);
    bob.device.link(true);
    assertEquals(2, changes, "a change that is none is not told");
    byte[] frame = annSends(frame(2, 1, 60));
    assertFrames(List.of(frame), bob.got());
    assertEquals(1, status());
  }
}
