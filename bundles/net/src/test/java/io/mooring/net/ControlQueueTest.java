package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.NetFeature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver gives commands and waits for each answer (virtio 1.3, section 5.1.6.5). */
class ControlQueueTest {

  private static final byte OK = 0;
  private static final byte ERR = 1;
  private static final long ALL = -1;

  private FakeQueue queue = new FakeQueue(2, 256);
  private final ControlState state = new ControlState();
  private final ControlCommands commands = new ControlCommands(state);
  private final Counters counters = new Counters();
  private final ControlQueue control = new ControlQueue(commands, counters);

  ControlQueueTest() {
    commands.negotiated(ALL);
    commands.maxPairs(4);
  }

  /** Gives a command in so many pieces; the answer. */
  private byte give(int piece, byte[] command) {
    byte[][] pieces = new byte[Math.ceilDiv(command.length, piece)][];
    for (int i = 0; i < pieces.length; i++) {
      int from = i * piece;
      pieces[i] = Arrays.copyOfRange(command, from, Math.min(command.length, from + piece));
    }
    queue = new FakeQueue(2, 256);
    queue.offerCommand(1, pieces);
    assertEquals(1, control.serve(queue));
    assertEquals(1, queue.used.getFirst().length, "every command is answered by one byte");
    return queue.used.getFirst()[0];
  }

  private byte give(String hex) {
    return give(3, HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @ParameterizedTest
  @CsvSource({"0, 00 00", "1, 00 01", "2, 00 02", "3, 00 03", "4, 00 04", "5, 00 05"})
  void receiveModesAreSwitched(int mode, String command) {
    byte before = state.save()[12];
    assertEquals(OK, give(command + (mode == 0 ? "00" : "01")));
    assertEquals(1 << mode, before ^ state.save()[12]);
    assertEquals(OK, give(command + (mode == 0 ? "01" : "00")));
    assertEquals(before, state.save()[12]);
  }

  @Test
  void commandsWhoseFeatureWasNotNegotiatedAreRefused() {
    record Needs(NetFeature feature, String command) {}
    for (Needs each :
        List.of(
            new Needs(NetFeature.CTRL_RX, "00 00 01"),
            new Needs(NetFeature.CTRL_RX, "00 01 01"),
            new Needs(NetFeature.CTRL_RX_EXTRA, "00 02 01"),
            new Needs(NetFeature.CTRL_RX_EXTRA, "00 05 01"),
            new Needs(NetFeature.CTRL_RX, "01 00 00000000 00000000"),
            new Needs(NetFeature.CTRL_MAC_ADDR, "01 01 020000000001"),
            new Needs(NetFeature.CTRL_VLAN, "02 00 0100"),
            new Needs(NetFeature.CTRL_VLAN, "02 01 0100"),
            new Needs(NetFeature.GUEST_ANNOUNCE, "03 00"),
            new Needs(NetFeature.MQ, "04 00 0200"),
            new Needs(NetFeature.RSS, "04 01 00000000 0000 0000 0000 0100 00"),
            new Needs(NetFeature.HASH_REPORT, "04 02 00000000 0000000000000000 00"),
            new Needs(NetFeature.CTRL_GUEST_OFFLOADS, "05 00 0000000000000000"))) {
      commands.negotiated(ALL & ~each.feature.mask());
      assertEquals(ERR, give(each.command), each.command);
      commands.negotiated(ALL);
      assertEquals(OK, give(each.command), each.command);
    }
    assertEquals(13, counters.controlRefused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "00 06 01",
        "00 00",
        "00 00 01 01",
        "01 00",
        "01 00 00000000",
        "01 00 01000000 00000000",
        "01 00 ffffffff 020000000001 00000000",
        "01 00 00000000 00000000 00",
        "01 00 00000000 01000000 0200000000",
        "01 01 0200000000",
        "01 01 02000000000101",
        "01 01 010000000001",
        "01 01 000000000000",
        "01 02 020000000001",
        "02 00 01",
        "02 00 010000",
        "02 01 0010",
        "02 02 0100",
        "03 00 00",
        "03 01",
        "04 00 0000",
        "04 00 0500",
        "04 00 ffff",
        "04 00 01",
        "04 00 01000000",
        "04 03 0100",
        "05 00 00000000000000",
        "05 00 0100000000000000",
        "05 00 ffffffffffffffff",
        "05 01 0000000000000000",
        "06 00 0000000000000000",
        "ff ff"
      })
  void whatIsMalformedOrUnknownIsRefusedAndChangesNothing(String command) {
    byte[] before = state.save();
    assertEquals(ERR, give(command));
    assertArrayEquals(before, state.save());
    assertEquals(1, counters.controlRefused);
  }

  @Test
  void queuePairsAreSetFromOneToAll() {
    assertEquals(OK, give("04 00 0400"));
    assertEquals(4, state.pairs);
    assertEquals(OK, give("04 00 0100"));
    assertEquals(1, state.pairs);
  }

  private static final String RSS =
      "04 01 3f000000 0300 0100 0000 0100 0200 0300 0400 08 0102030405060708";

  @Test
  void flowsAreSteeredUntilPairsAreSet() {
    assertEquals(OK, give(RSS));
    assertTrue(state.steering.steers());
    assertEquals(OK, give("04 00 0200"));
    assertFalse(state.steering.steers());
    assertEquals(OK, give("04 01 00000000 0000 0000 0000 0100 00"), "the least of all");
    assertTrue(state.steering.steers());
  }

  @Test
  void hashesAreToldWithoutSteering() {
    assertEquals(OK, give("04 02 01000000 0000000000000000 28" + "ab".repeat(40)));
    assertFalse(state.steering.steers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04 01",
        "04 01 3f000000 0300",
        "04 01 40000000 0000 0000 0000 0100 00",
        "04 01 01000000 0200 0000 0000 0000 0000 0100 00",
        "04 01 01000000 ffff 0000 0000 0100 00",
        "04 01 01000000 0000 0400 0000 0100 00",
        "04 01 01000000 0000 0000 0400 0100 00",
        "04 01 01000000 0000 0000 0000 0000 00",
        "04 01 01000000 0000 0000 0000 0500 00",
        "04 01 01000000 0000 0000 0000 0100",
        "04 01 01000000 0000 0000 0000 0100 02 01",
        "04 01 01000000 0000 0000 0000 0100 01 0101",
        "04 02 01000000 0000000000000000",
        "04 02 ffffffff 0000000000000000 00",
        "04 02 01000000 0000000000000000 01"
      })
  void aHashThatIsMalformedIsRefusedAndChangesNothing(String command) {
    assertEquals(OK, give(RSS));
    byte[] before = state.save();
    assertEquals(ERR, give(command));
    assertArrayEquals(before, state.save());
  }

  @Test
  void aKeyHasFortyBytesAtMost() {
    assertEquals(ERR, give("04 02 01000000 0000000000000000 29" + "ab".repeat(41)));
  }

  @Test
  void offloadsAreSwitchedAmongThoseNegotiated() {
    commands.negotiated(
        NetFeature.CTRL_GUEST_OFFLOADS.mask()
            | NetFeature.GUEST_CSUM.mask()
            | NetFeature.GUEST_USO4.mask());
    assertEquals(OK, give("05 00 0200000000004000"));
    assertEquals(NetFeature.GUEST_CSUM.mask() | NetFeature.GUEST_USO4.mask(), state.offloads);
    assertEquals(ERR, give("05 00 8200000000000000"), "GUEST_TSO4");
    assertEquals(OK, give("05 00 0000000000000000"));
    assertEquals(0, state.offloads);
  }

  @Test
  void anAnnouncementIsAskedForUntilItIsAcknowledged() {
    state.announce = true;
    assertEquals(OK, give("03 00"));
    assertFalse(state.announce);
  }

  @Test
  void aTableOfAnyLengthIsTaken() {
    for (int entries : new int[] {0, 1, MacList.MOST, MacList.MOST + 1, 10_000}) {
      ByteBuffer command = ByteBuffer.allocate(10 + 6 * entries).order(ByteOrder.LITTLE_ENDIAN);
      command.putShort((short) 1).putInt(entries);
      for (int i = 0; i < entries; i++) {
        command.putShort((short) 2).putInt(i);
      }
      assertEquals(OK, give(1000, command.array()), entries + " entries");
    }
  }

  @Test
  void aCommandThatIsLongerThanAnyIsRefusedUnread() {
    assertEquals(ERR, give(100_000, new byte[65_537]));
  }

  @Test
  void aDriverThatLeavesNoRoomForAnAnswerGetsItsBuffersBack() {
    queue.offerCommand(0, HexFormat.of().parseHex("000000"));
    assertEquals(1, control.serve(queue));
    assertArrayEquals(new byte[0], queue.used.getFirst());
    assertFalse(state.filter.active(), "what cannot be answered is not done");
  }

  @Test
  void roomWithoutACommandIsAnsweredToo() {
    queue.offerCommand(4);
    assertEquals(1, control.serve(queue));
    assertArrayEquals(new byte[] {ERR}, queue.used.getFirst());
  }

  @Test
  void commandsOfOneBurstAreDoneInOrder() {
    queue.offerCommand(1, HexFormat.of().parseHex("04000300"));
    queue.offerCommand(1, HexFormat.of().parseHex("04000200"));
    assertEquals(2, control.serve(queue));
    assertEquals(2, state.pairs);
    assertEquals(0, control.serve(queue));
  }

  /** Whatever a driver says, it is answered, and a refusal changes nothing. */
  @Property(tries = 5000)
  void everyCommandIsAnswered(
      @ForAll @IntRange(min = 0, max = 7) int kind,
      @ForAll @IntRange(min = 0, max = 7) int number,
      @ForAll @Size(max = 40) byte[] rest,
      @ForAll long features,
      @ForAll @IntRange(min = 1, max = 50) int piece) {
    commands.negotiated(features);
    byte[] command = new byte[2 + rest.length];
    command[0] = (byte) kind;
    command[1] = (byte) number;
    System.arraycopy(rest, 0, command, 2, rest.length);
    byte[] before = state.save();
    if (give(piece, command) == ERR) {
      assertArrayEquals(before, state.save());
    }
    assertTrue(state.pairs >= 1 && state.pairs <= 4);
  }
}
