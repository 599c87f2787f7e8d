package io.mooring.net;

import static io.mooring.net.Guest.assertFrames;
import static io.mooring.net.Guest.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest that came here with an MTU is never sent more, whatever the switch carries. */
class NetMtuTest {

  private static final long MODERN = RingFeature.VERSION_1.mask();
  private static final long TSO =
      MODERN
          | NetFeature.CSUM.mask()
          | NetFeature.HOST_TSO4.mask()
          | NetFeature.GUEST_CSUM.mask()
          | NetFeature.GUEST_TSO4.mask();

  private final Switch fabric = new Switch("test", () -> 1);
  private final Guest ann = new Guest("a", fabric);
  private final Guest bob = new Guest("b", fabric);

  @BeforeEach
  void bobHasBuffers() {
    bob.offersBuffers(100, 65562);
  }

  private static byte[] tagged(int length, int... ethertypes) {
    byte[] frame = frame(2, 1, length);
    for (int i = 0; i < ethertypes.length; i++) {
      frame[12 + 4 * i] = (byte) (ethertypes[i] >>> 8);
      frame[13 + 4 * i] = (byte) ethertypes[i];
    }
    return frame;
  }

  private static byte[] untagged(int length) {
    return tagged(length, 0x0800);
  }

  @Test
  void aFrameAboveAPinnedMtuIsDroppedAndCountedAndItsNeighboursArrive() {
    ann.starts(MODERN);
    bob.device.mtu(1500, true);
    bob.starts(MODERN);
    byte[] largest = untagged(1514);
    ann.sends(largest);
    ann.sends(untagged(1515));
    ann.sends(untagged(9014));
    ann.sends(largest);
    ann.device.poll();
    assertFrames(List.of(largest, largest), bob.got());
    assertEquals(2, bob.counter("to_guest_dropped_too_large"));
    assertEquals(0, bob.counter("to_guest_dropped_filtered"));
    assertEquals(4, ann.transmit.used.size(), "chains given back to the sender");
  }

  @Test
  void vlanTagsDoNotCount() {
    ann.starts(MODERN);
    bob.device.mtu(1500, true);
    bob.starts(MODERN);
    byte[] one = tagged(1518, 0x8100, 0x0800);
    byte[] two = tagged(1522, 0x88a8, 0x8100, 0x0800);
    ann.sends(one);
    ann.sends(two);
    ann.sends(tagged(1519, 0x8100, 0x0800));
    ann.sends(tagged(1523, 0x88a8, 0x8100, 0x0800));
    ann.device.poll();
    assertFrames(List.of(one, two), bob.got());
    assertEquals(2, bob.counter("to_guest_dropped_too_large"));
  }

  @Test
  void aPacketTakenUncutCountsAsItsSegments() {
    ann.starts(TSO);
    bob.device.mtu(1500, true);
    bob.starts(TSO);
    byte[] packet = packet(0x50);
    ann.sends(tso(1460), packet);
    ann.sends(tso(1461), packet);
    ann.device.poll();
    assertFrames(List.of(packet), bob.got());
    assertEquals(1, bob.counter("to_guest_dropped_too_large"));
  }

  @Test
  void aTagThatIsTakenBackMeanwhileStaysInTheCopy() {
    ann.starts(MODERN);
    bob.device.mtu(1500, true);
    bob.starts(MODERN);
    byte[] frame = tagged(1522, 0x88a8, 0x8100, 0x0800);
    ann.sends(frame);
    bob.receive.onTake(() -> ann.transmit.change(0, 1, tagged(1522, 0x0800, 0x0800)));
    ann.device.poll();
    byte[] got = bob.got().getFirst();
    assertEquals("88a8", HexFormat.of().formatHex(got, 12, 14));
    assertEquals("8100", HexFormat.of().formatHex(got, 16, 18));
  }

  @Test
  void aTcpHeaderThatGrowsMeanwhileKeepsItsLengthInTheCopy() {
    ann.starts(TSO);
    bob.device.mtu(1500, true);
    bob.starts(TSO);
    byte[] packet = packet(0x50);
    ann.sends(tso(1460), packet);
    bob.receive.onTake(() -> ann.transmit.change(0, 1, packet(0xf0)));
    ann.device.poll();
    assertEquals(0x50, bob.got().getFirst()[14 + 20 + 12]);
  }

  @Test
  void aPacketThatIsCutCountsAsWhatItIsCutInto() {
    ann.starts(TSO);
    bob.device.mtu(1500, true);
    bob.starts(MODERN);
    ann.sends(tso(1461), packet(0x50));
    ann.sends(tso(1460), packet(0x60));
    ann.sends(tso(1460), packet(0x50));
    ann.device.poll();
    assertEquals(6, bob.got().size());
    assertEquals(1514, bob.got().getFirst().length);
    assertEquals(2, bob.counter("to_guest_dropped_too_large"));
  }

  private static byte[] packet(int tcpOffset) {
    byte[] packet = untagged(14 + 40 + 8000);
    packet[14] = 0x45;
    packet[14 + 9] = 6;
    packet[14 + 20 + 12] = (byte) tcpOffset;
    return packet;
  }

  private static VnetHeader tso(int size) {
    return new VnetHeader(NetHeader.NEEDS_CSUM, NetHeader.GSO_TCPV4, 54, size, 34, 16);
  }

  @Test
  void aDriverThatAcknowledgedTheMtuIsHeldToItWithoutAPin() {
    ann.starts(MODERN);
    bob.device.mtu(1500, false);
    bob.starts(MODERN | NetFeature.MTU.mask());
    ann.sends(untagged(1515));
    ann.device.poll();
    assertEquals(1, bob.counter("to_guest_dropped_too_large"));
  }

  @Test
  void withoutAnybodysWordJumboFramesPass() {
    ann.starts(MODERN);
    bob.device.mtu(1500, false);
    bob.starts(MODERN);
    byte[] jumbo = untagged(9014);
    ann.sends(jumbo);
    ann.device.poll();
    assertFrames(List.of(jumbo), bob.got());
  }

  @Test
  void theConfigurationSpaceTellsTheMtu() {
    bob.device.mtu(9000, true);
    byte[] space = bob.device.configuration(1);
    assertEquals(9000, (space[10] & 0xff) | (space[11] & 0xff) << 8);
  }
}
