package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.NetFeature;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a driver gets that does not want everything. */
class ReceiveFilterTest {

  private static final long OWN = 0x0100_0000_0002L;
  private static final long OTHER = 0x0200_0000_0002L;
  private static final long GROUP = 0x0100_005e_0001L;
  private static final long BROADCAST = 0xffff_ffff_ffffL;

  private final Arena arena = Arena.ofConfined();
  private final ReceiveFilter filter = new ReceiveFilter();

  @AfterEach
  void free() {
    arena.close();
  }

  private boolean accepts(long destination) {
    return accepts(destination, new byte[60]);
  }

  private boolean accepts(long destination, byte[] frame) {
    Frames frames = Delivered.frames(arena, 13, List.of(VnetHeader.PLAIN), List.of(frame));
    frames.destination[0] = destination;
    return filter.accepts(frames, 0);
  }

  private boolean acceptsTagged(int tag) {
    return accepts(OWN, ByteBuffer.allocate(60).putInt(12, 0x8100_0000 | tag).array());
  }

  private void leavesPromiscuity() {
    filter.mode(ReceiveFilter.PROMISC, false);
    assertTrue(filter.active());
  }

  @Test
  void aDriverThatAsksForNothingGetsAll() {
    assertFalse(filter.active());
    leavesPromiscuity();
    filter.reset();
    assertFalse(filter.active());
  }

  @Test
  void itsOwnAddressAndBroadcastsAreWhatADriverGets() {
    leavesPromiscuity();
    filter.mac(OWN);
    assertTrue(accepts(OWN));
    assertTrue(accepts(BROADCAST));
    assertFalse(accepts(OTHER));
    assertFalse(accepts(GROUP));
  }

  @Test
  void whoseAddressIsNotKnownGetsWhatIsForAnyOne() {
    leavesPromiscuity();
    assertTrue(accepts(OTHER));
    assertFalse(accepts(GROUP));
  }

  @Test
  void addressesOfATableAreReceived() {
    leavesPromiscuity();
    filter.mac(OWN);
    var individual = new MacList();
    var group = new MacList();
    individual.add(OTHER);
    group.add(GROUP);
    filter.tables(individual, group);
    assertTrue(accepts(OTHER));
    assertTrue(accepts(GROUP));
    assertFalse(accepts(OTHER + (1L << 40)));
    assertFalse(accepts(GROUP + (1L << 40)));
    filter.tables(new MacList(), new MacList());
    assertFalse(accepts(OTHER));
    assertFalse(accepts(GROUP));
  }

  @Test
  void aTableThatIsTooLongLetsItsKindThrough() {
    leavesPromiscuity();
    filter.mac(OWN);
    var many = new MacList();
    for (int i = 0; i <= MacList.MOST; i++) {
      many.add(GROUP + ((long) i << 40));
    }
    filter.tables(new MacList(), many);
    assertTrue(accepts(GROUP + (200L << 40)));
    assertFalse(accepts(OTHER));
  }

  @Test
  void modesLetKindsThroughOrKeepThemOut() {
    leavesPromiscuity();
    filter.mac(OWN);
    filter.mode(ReceiveFilter.ALLMULTI, true);
    assertTrue(accepts(GROUP));
    assertFalse(accepts(OTHER));
    filter.mode(ReceiveFilter.ALLUNI, true);
    assertTrue(accepts(OTHER));
    filter.mode(ReceiveFilter.NOMULTI, true);
    assertFalse(accepts(GROUP));
    assertTrue(accepts(BROADCAST));
    filter.mode(ReceiveFilter.NOUNI, true);
    assertFalse(accepts(OWN));
    filter.mode(ReceiveFilter.NOBCAST, true);
    assertFalse(accepts(BROADCAST));
  }

  @Test
  void onlyVlansOfTheTableAreReceived() {
    leavesPromiscuity();
    assertTrue(acceptsTagged(7), "VLANs are not filtered before it is negotiated");
    filter.negotiated(NetFeature.CTRL_VLAN.mask());
    assertFalse(acceptsTagged(7));
    filter.vlan(7, true);
    assertTrue(acceptsTagged(7));
    assertTrue(acceptsTagged(0xe007), "priority and DEI are no part of the VLAN");
    assertTrue(acceptsTagged(0xe000), "a tag may tell a priority only");
    assertTrue(accepts(OWN), "without a tag");
    assertFalse(acceptsTagged(7 + 64));
    filter.vlan(7, false);
    assertFalse(acceptsTagged(7));
  }

  @Test
  void everyVlanHasItsOwnPlace() {
    leavesPromiscuity();
    filter.negotiated(NetFeature.CTRL_VLAN.mask());
    for (int id = 1; id < 4096; id++) {
      filter.vlan(id, true);
      assertTrue(acceptsTagged(id));
      assertEquals(id == 4095, acceptsTagged(id == 4095 ? id : id + 1));
    }
  }

  @Test
  void aFrameThatEndsInItsTagHasNone() {
    leavesPromiscuity();
    filter.negotiated(NetFeature.CTRL_VLAN.mask());
    byte[] cut = ByteBuffer.allocate(15).putShort(12, (short) 0x8100).array();
    assertTrue(accepts(OWN, cut));
  }
}
