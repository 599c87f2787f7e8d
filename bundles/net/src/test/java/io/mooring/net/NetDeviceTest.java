package io.mooring.net;

import static io.mooring.net.Guest.assertFrames;
import static io.mooring.net.Guest.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.QueueFault;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guests on one switch send each other frames. */
class NetDeviceTest {

  private static final long MODERN = RingFeature.VERSION_1.mask();
  private static final long MERGEABLE = MODERN | NetFeature.MRG_RXBUF.mask();
  private static final long OFFLOADS =
      MODERN
          | NetFeature.CSUM.mask()
          | NetFeature.HOST_TSO4.mask()
          | NetFeature.GUEST_CSUM.mask()
          | NetFeature.GUEST_TSO4.mask();

  private static final long ALL_OFFLOADS =
      ~(NetFeature.CTRL_VQ.mask() | NetFeature.HASH_REPORT.mask());

  private long nanos = 1_000_000_000_000L;
  private final Switch fabric = new Switch("test", () -> nanos);
  private final Guest ann = new Guest("a", fabric);
  private final Guest bob = new Guest("b", fabric);

  @BeforeEach
  void bobHasBuffers() {
    bob.offersBuffers(100, 2048);
  }

  @Test
  void framesArriveWholeInOrderAndAreCounted() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    List<byte[]> frames = List.of(frame(2, 1, 60), frame(2, 1, 1514), frame(2, 1, 61));
    frames.forEach(ann::sends);
    assertEquals(3, ann.device.poll());
    assertFrames(frames, bob.got());
    assertEquals(3, ann.transmit.used.size(), "chains given back to the sender");
    assertEquals(3, ann.counter("from_guest_frames"));
    assertEquals(1635, ann.counter("from_guest_bytes"));
    assertEquals(3, bob.counter("to_guest_frames"));
    assertEquals(1635, bob.counter("to_guest_bytes"));
    assertEquals(0, ann.device.poll());
  }

  @Test
  void guestsOfDifferentAgeUnderstandEachOther() {
    ann.starts(0);
    bob.starts(MERGEABLE);
    ann.offersBuffers(10, 2048);
    byte[] there = frame(2, 1, 100);
    byte[] back = frame(1, 2, 200);
    ann.sends(there);
    ann.device.poll();
    bob.sends(back);
    bob.device.poll();
    assertFrames(List.of(there), bob.got());
    assertFrames(List.of(back), ann.got());
    assertEquals(1, bob.receive.used.getFirst()[10], "num_buffers");
  }

  @Test
  void aGuestThatTakesOffloadsGetsFramesAsTheyAre() {
    ann.starts(OFFLOADS);
    bob.starts(OFFLOADS);
    bob.receive.used.clear();
    TcpPacket packet =
        new TcpPacket(0, false, 0, 0, 7, 9, TcpPacket.ACK, ByteBuffer.allocate(1900));
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.device.poll();
    assertFrames(List.of(packet.bytes()), bob.got());
    byte[] header = Arrays.copyOf(bob.receive.used.getFirst(), 10);
    assertArrayEquals(packet.segmented(1000).bytes(10), header);
  }

  @Test
  void aGuestThatTakesNoneGetsPlainFrames() {
    ann.starts(OFFLOADS);
    bob.starts(MODERN);
    TcpPacket packet =
        new TcpPacket(0, false, 0, 0, 7, 9, TcpPacket.ACK, ByteBuffer.allocate(1900));
    byte[] plain = frame(2, 1, 80);
    ann.sends(plain);
    ann.sends(packet.summed(), packet.bytes());
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.sends(plain);
    assertEquals(4, ann.device.poll());
    List<byte[]> got = bob.got();
    assertEquals(5, got.size());
    assertArrayEquals(plain, got.get(0));
    assertEquals(packet, packet.parse(got.get(1)));
    assertEquals(1000, packet.parse(got.get(2)).payload().remaining());
    assertEquals(900, packet.parse(got.get(3)).payload().remaining());
    assertArrayEquals(plain, got.get(4));
    for (byte[] each : bob.receive.used) {
      assertEquals(0, each[0] | each[1], "the header asks for nothing");
    }
    assertEquals(5, bob.counter("to_guest_frames"));
  }

  @Test
  void datagramsAreCutForWhoDoesNotTakeThemWhole() {
    long sends = MODERN | NetFeature.CSUM.mask();
    ann.starts(sends | NetFeature.HOST_UFO.mask() | NetFeature.HOST_USO.mask());
    bob.starts(MODERN);
    UdpDatagram large = new UdpDatagram(0, false, 0, 7, 0, ByteBuffer.allocate(1900));
    ann.sends(large.fragmented(1000), large.bytes());
    ann.sends(large.segmented(1000), large.bytes());
    assertEquals(2, ann.device.poll());
    List<byte[]> got = bob.got();
    assertEquals(4, got.size());
    assertEquals(1900, large.reassemble(got.subList(0, 2), 1000).length);
    assertEquals(1000, large.parse(got.get(2), 7).length);
    assertEquals(900, large.parse(got.get(3), 8).length);
  }

  @Test
  void datagramsReachWhoTakesThemAsTheyAre() {
    ann.starts(ALL_OFFLOADS);
    bob.starts(ALL_OFFLOADS);
    UdpDatagram large = new UdpDatagram(0, true, 0, 7, 0, ByteBuffer.allocate(1900));
    TcpPacket tcp = new TcpPacket(0, true, 0, 0, 7, 9, TcpPacket.CWR, ByteBuffer.allocate(1900));
    ann.sends(large.fragmented(1000), large.bytes());
    ann.sends(large.segmented(1000), large.bytes());
    ann.sends(tcp.segmented(1000).withEcn(), tcp.bytes());
    assertEquals(3, ann.device.poll());
    assertFrames(List.of(large.bytes(), large.bytes(), tcp.bytes()), bob.got());
    assertArrayEquals(
        tcp.segmented(1000).withEcn().bytes(10), Arrays.copyOf(bob.receive.used.get(2), 10));
  }

  /** The header does not tell the version, so one that takes one of them gets none. */
  @Test
  void aGuestThatTakesLargeSendsOfOneVersionGetsDatagrams() {
    ann.starts(ALL_OFFLOADS);
    bob.starts(MODERN | NetFeature.GUEST_CSUM.mask() | NetFeature.GUEST_USO4.mask());
    UdpDatagram large = new UdpDatagram(0, false, 0, 7, 0, ByteBuffer.allocate(1900));
    ann.sends(large.segmented(1000), large.bytes());
    ann.device.poll();
    assertEquals(2, bob.got().size());
  }

  @Test
  void aPacketThatCannotBeCutIsDroppedAndCounted() {
    ann.starts(OFFLOADS);
    bob.starts(MODERN);
    ann.sends(new VnetHeader(1, 1, 54, 1000, 34, 16), frame(2, 1, 1500));
    byte[] next = frame(2, 1, 60);
    ann.sends(next);
    assertEquals(2, ann.device.poll());
    assertFrames(List.of(next), bob.got());
    assertEquals(1, bob.counter("to_guest_dropped_not_segmentable"));
  }

  @Test
  void malformedFramesAreGivenBackAndCounted() {
    ann.starts(OFFLOADS);
    bob.starts(MODERN);
    ann.sends(new byte[13]);
    ann.sends(new VnetHeader(1, 0, 0, 0, 0, 16), frame(2, 1, 60));
    assertEquals(2, ann.device.poll());
    assertEquals(2, ann.transmit.used.size());
    assertEquals(2, ann.counter("from_guest_dropped_malformed"));
    assertEquals(List.of(), bob.got());
  }

  @Test
  void aFrameThatIsTooLargeIsCountedAtItsReceiver() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    ann.sends(frame(2, 1, 2037));
    ann.sends(frame(2, 1, 2036));
    assertEquals(2, ann.device.poll());
    assertEquals(1, bob.got().size());
    assertEquals(1, bob.counter("to_guest_dropped_too_large"));
  }

  @Test
  void whatHasNoBuffersStaysInItsSendersRing() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    for (int i = 0; i < 101; i++) {
      ann.sends(frame(2, 1, 100 + i));
    }
    assertEquals(64, ann.device.poll());
    assertEquals(36, ann.device.poll());
    assertEquals(0, ann.device.poll());
    assertTrue(ann.device.arm(), "work is left, the worker must not sleep");
    bob.offersBuffers(1, 2048);
    assertEquals(1, ann.device.poll());
    assertArrayEquals(frame(2, 1, 200), bob.got().getLast());
  }

  @Test
  void aReceiverThatNeverHasBuffersLosesFramesAndIsCharged() {
    ann.starts(MODERN);
    Guest deaf = new Guest("c", fabric).starts(MODERN);
    ann.sends(frame(3, 1, 60));
    assertEquals(0, ann.device.poll());
    nanos += 11_000_000;
    assertEquals(1, ann.device.poll());
    assertEquals(1, deaf.counter("to_guest_dropped_no_buffer"));
    assertEquals(1, ann.counter("from_guest_frames"));
  }

  @Test
  void aBrokenReceiverIsNamedAsTheGuiltyOne() {
    ann.starts(MODERN);
    Guest broken = new Guest("c", fabric).starts(MODERN);
    broken.receive.offerMixed(10, 2048);
    ann.sends(frame(3, 1, 60));
    QueueFault fault = assertThrows(QueueFault.class, ann.device::poll);
    assertEquals("c", fault.port());
    assertEquals(1, ann.transmit.waiting(), "the sender's frame is still in its ring");
  }

  @Test
  void aGuestWithoutAReceiveQueueTakesNoPart() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    bob.device.detach(0);
    ann.sends(frame(2, 1, 60));
    assertEquals(1, ann.device.poll());
    assertEquals(1, ann.counter("from_guest_dropped_no_receiver"));
    assertEquals(0, bob.counter("to_guest_dropped_no_buffer"));
  }

  @Test
  void aGuestThatLeftIsForgotten() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    Guest carl = new Guest("c", fabric).starts(MODERN).offersBuffers(10, 2048);
    bob.sends(frame(3, 2, 60));
    bob.device.poll();
    bob.device.detach(0);
    bob.device.detach(1);
    bob.device.left();
    ann.sends(frame(2, 1, 70));
    ann.device.poll();
    assertEquals(2, carl.got().size(), "what nobody is known for is flooded");
  }

  @Test
  void oneFlowStaysInOneQueue() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    FakeQueue second = new FakeQueue(2, 256);
    FakeQueue third = new FakeQueue(4, 256);
    FakeQueue[] transmit = {ann.transmit, new FakeQueue(3, 256), new FakeQueue(7, 256)};
    for (FakeQueue each : List.of(second, third)) {
      each.offerRoom(2048);
      bob.device.attach(each);
    }
    ann.device.attach(transmit[1]);
    ann.device.attach(transmit[2]);
    for (FakeQueue each : transmit) {
      each.offer(VnetHeader.PLAIN.bytes(12), frame(2, 1, 60));
    }
    assertEquals(3, ann.device.poll());
    assertEquals(2, bob.receive.used.size(), "of pairs 0 and 3");
    assertEquals(1, second.used.size(), "of pair 1");
    bob.device.detach(2);
    transmit[1].offer(VnetHeader.PLAIN.bytes(12), frame(2, 1, 60));
    assertEquals(1, ann.device.poll());
    assertEquals(1, third.used.size(), "of pair 1, when its queue has gone");
  }

  @Test
  void aQueueThatIsAttachedAgainTakesTheOldOnesPlace() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    FakeQueue again = new FakeQueue(1, 256);
    ann.device.attach(again);
    ann.sends(frame(2, 1, 60));
    assertEquals(0, ann.device.poll());
    again.offer(VnetHeader.PLAIN.bytes(12), frame(2, 1, 60));
    assertEquals(1, ann.device.poll());
  }

  @Test
  void onlyTransmitQueuesAreAskedForKicks() {
    ann.starts(MODERN);
    ann.offersBuffers(1, 2048);
    assertFalse(ann.device.arm());
    assertTrue(ann.transmit.armed);
    assertFalse(ann.receive.armed);
    ann.receive.armed = true;
    ann.device.disarm();
    assertFalse(ann.transmit.armed);
    assertFalse(ann.receive.armed, "as it is before anybody said otherwise");
  }

  /** RFC 903; the switch, and every switch behind an uplink, learns the guest's new place. */
  @Test
  void aGuestThatArrivedIsAnnouncedByABroadcast() {
    ann.starts(MODERN);
    bob.starts(MODERN);
    ann.device.announce(0x0605_0403_0202L);
    byte[] frame = bob.got().getFirst();
    byte[] mac = {2, 2, 3, 4, 5, 6};
    byte[] expected = new byte[60];
    Arrays.fill(expected, 0, 6, (byte) 0xff);
    System.arraycopy(mac, 0, expected, 6, 6);
    byte[] rest = {(byte) 0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3};
    System.arraycopy(rest, 0, expected, 12, rest.length);
    System.arraycopy(mac, 0, expected, 22, 6);
    System.arraycopy(mac, 0, expected, 32, 6);
    assertArrayEquals(expected, frame);
    assertEquals(0, ann.counter("from_guest_frames"));
  }

  @Test
  void devicesOfOneSwitchAreOneGroup() {
    var type = new NetDeviceType(new Switches());
    Map<String, String> blue = Map.of("switch", "blue");
    assertEquals(type.group(blue), type.open("x", blue).group());
    assertEquals(type.group(Map.of()), type.open("y", Map.of()).group());
    assertFalse(type.group(blue).equals(type.group(Map.of())));
  }

  @Test
  void aSwitchsNameIsShortAndPlain() {
    var switches = new Switches();
    String longest = "x".repeat(64);
    assertEquals(switches.named(Map.of("switch", longest)).group(), "switch " + longest);
    for (String name : List.of("", "x".repeat(65), "a b", "a/b", "ä")) {
      String line =
          assertThrows(IllegalArgumentException.class, () -> switches.named(Map.of("switch", name)))
              .getMessage();
      assertTrue(line.startsWith("switch=" + name + ": a name has 1 to 64 letters"), line);
    }
  }
}
