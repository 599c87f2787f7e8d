package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a driver asked for moves with its VM. */
class ControlStateTest {

  private static ControlState asked() {
    var state = new ControlState();
    state.pairs = 128;
    state.offloads = 0x82;
    state.announce = true;
    state.filter.mode(ReceiveFilter.PROMISC, false);
    state.filter.mac(0x0100_0000_0002L);
    state.filter.vlan(100, true);
    var individual = new MacList();
    var group = new MacList();
    individual.add(0x0200_0000_0002L);
    for (int i = 0; i <= MacList.MOST; i++) {
      group.add(1 + ((long) i << 40));
    }
    state.filter.tables(individual, group);
    state.steering.hashes(FlowHash.TCPV4, new byte[FlowHash.KEY_BYTES]);
    state.steering.steer(4, new int[] {3, 2, 1, 0}, 2);
    return state;
  }

  private static String refusal(ControlState state, byte[] saved) {
    return assertThrows(IllegalArgumentException.class, () -> state.load(saved)).getMessage();
  }

  @Test
  void whatWasSavedIsLoaded() {
    var state = new ControlState();
    state.load(asked().save());
    assertEquals(128, state.pairs);
    assertEquals(0x82, state.offloads);
    assertTrue(state.announce);
    assertTrue(state.filter.active());
    assertArrayEquals(asked().save(), state.save());
  }

  @Test
  void nothingIsADriverThatAskedForNothing() {
    ControlState state = asked();
    state.load(new byte[0]);
    assertArrayEquals(new ControlState().save(), state.save());
  }

  @Test
  void whatIsCutOrTooLongIsRefusedAndNothingOfItKept() {
    byte[] saved = asked().save();
    byte[] nothing = new ControlState().save();
    for (int length = 1; length < saved.length; length++) {
      ControlState state = asked();
      assertEquals(
          "net device state of %d bytes is cut short".formatted(length),
          refusal(state, Arrays.copyOf(saved, length)));
      assertArrayEquals(nothing, state.save());
    }
    assertEquals(
        "net device state has 1 bytes too many",
        refusal(asked(), Arrays.copyOf(saved, saved.length + 1)));
  }

  @Test
  void anotherFormIsRefused() {
    byte[] saved = asked().save();
    saved[0] = 9;
    assertEquals("net device state of form 9: known is 1", refusal(asked(), saved));
  }

  @Test
  void aTableThatIsTooLongIsRefused() {
    byte[] saved = new ControlState().save();
    saved[22] = MacList.MOST + 1;
    assertEquals("a list of 65 MAC addresses: at most 64 are allowed", refusal(asked(), saved));
    saved[22] = -1;
    assertEquals("a list of 255 MAC addresses: at most 64 are allowed", refusal(asked(), saved));
  }

  @Test
  void anIndirectionTableOfAnOddLengthIsRefused() {
    byte[] saved = new ControlState().save();
    saved[saved.length - 4] = 3;
    assertEquals(
        "an indirection table of 3 entries: allowed are powers of two to 128",
        refusal(asked(), saved));
  }

  @Property
  void nonsenseIsRefusedOrTaken(@ForAll byte[] saved) {
    var state = new ControlState();
    try {
      state.load(saved);
    } catch (IllegalArgumentException refused) {
      assertArrayEquals(new ControlState().save(), state.save());
    }
  }
}
