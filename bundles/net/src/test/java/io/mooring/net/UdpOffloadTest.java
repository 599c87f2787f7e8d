package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Large UDP packets for receivers that did not take them whole. */
class UdpOffloadTest {

  private static final UdpDatagram FOUR = datagram(0, false, 0, 0, 3000);
  private static final UdpDatagram SIX = datagram(0, true, 0, 0, 3000);

  private final SoftwareOffload offload = new SoftwareOffload();

  private static UdpDatagram datagram(int tags, boolean six, int options, int flags, int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    return new UdpDatagram(
        tags, six, six ? 0 : options, 0xfffe, six ? 0 : flags, ByteBuffer.wrap(payload));
  }

  private List<byte[]> plain(byte[] frame, VnetHeader header, int piece) {
    try (Arena arena = Arena.ofConfined()) {
      Frames made =
          offload.plain(Delivered.frames(arena, piece, List.of(header), List.of(frame)), 0);
      List<byte[]> all = new ArrayList<>();
      for (int i = 0; i < made.count; i++) {
        assertEquals(0, made.header[i], "the frames made are plain");
        all.add(Delivered.bytes(made, i));
      }
      return all;
    }
  }

  @Provide
  static Arbitrary<UdpDatagram> datagrams() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(true, false),
            Arbitraries.of(0, 4, 8, 40),
            Arbitraries.of(0, UdpDatagram.DO_NOT_FRAGMENT),
            Arbitraries.oneOf(
                Arbitraries.integers().between(1, 5000),
                Arbitraries.integers().between(60_000, 65_400)))
        .as(UdpOffloadTest::datagram);
  }

  /** VIRTIO_NET_HDR_GSO_UDP_L4: each segment is a datagram of its own. */
  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void aLargeSendBecomesTheDatagramsThatWereMeant(
      @ForAll("datagrams") UdpDatagram large,
      @ForAll @IntRange(min = 1, max = 9000) int size,
      @ForAll @IntRange(min = 1, max = 70_000) int piece) {
    List<byte[]> made = plain(large.bytes(), large.segmented(size), piece);
    byte[] payload = new byte[large.payload().remaining()];
    large.payload().duplicate().get(payload);
    int count = Math.ceilDiv(payload.length, size);
    if (count > SoftwareOffload.MAX_SEGMENTS) {
      assertEquals(0, made.size());
      return;
    }
    assertEquals(count, made.size());
    for (int i = 0; i < count; i++) {
      int to = Math.min(payload.length, (i + 1) * size);
      assertArrayEquals(
          Arrays.copyOfRange(payload, i * size, to),
          large.parse(made.get(i), (large.id() + i) & 0xffff));
    }
  }

  /** VIRTIO_NET_HDR_GSO_UDP: one datagram, whose receiver puts its fragments together. */
  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void aLargeDatagramBecomesFragmentsThatGiveItBack(
      @ForAll("datagrams") UdpDatagram large,
      @ForAll @IntRange(min = 1, max = 9000) int size,
      @ForAll @IntRange(min = 1, max = 70_000) int piece) {
    List<byte[]> made = plain(large.bytes(), large.fragmented(size), piece);
    int bytes = 8 + large.payload().remaining();
    if (size < 8 || Math.ceilDiv(bytes, size & -8) > SoftwareOffload.MAX_SEGMENTS) {
      assertEquals(0, made.size());
      return;
    }
    assertEquals(Math.ceilDiv(bytes, size & -8), made.size());
    byte[] payload = new byte[large.payload().remaining()];
    large.payload().duplicate().get(payload);
    assertArrayEquals(payload, large.reassemble(made, size));
    if (!large.six() && large.flags() == 0) {
      assertEquals(large.id(), large.id(made.getFirst()));
    }
  }

  /** RFC 6864, 4.1: the id of a datagram that was not to be fragmented means nothing. */
  @Test
  void datagramsWithoutAnIdOfTheirOwnGetDifferentOnes() {
    for (UdpDatagram each :
        List.of(SIX, datagram(0, false, 0, UdpDatagram.DO_NOT_FRAGMENT, 3000))) {
      byte[] one = plain(each.bytes(), each.fragmented(1480), 100).getFirst();
      byte[] other = plain(each.bytes(), each.fragmented(1480), 100).getFirst();
      assertNotEquals(each.id(one), each.id(other));
    }
  }

  private void assertRefused(UdpDatagram large, VnetHeader header, Consumer<byte[]> damage) {
    byte[] frame = large.bytes();
    damage.accept(frame);
    assertEquals(List.of(), plain(frame, header, 100_000));
  }

  @Test
  void whatIsNoUdpIsRefused() {
    for (VnetHeader header : List.of(FOUR.segmented(1000), FOUR.fragmented(1000))) {
      assertRefused(FOUR, header, frame -> frame[13] = 6);
      assertRefused(FOUR, header, frame -> frame[14 + 9] = 6);
      assertRefused(FOUR, header, frame -> frame[14] = 0x46);
      assertRefused(SIX, header, frame -> {});
    }
    for (VnetHeader header : List.of(SIX.segmented(1000), SIX.fragmented(1000))) {
      assertRefused(SIX, header, frame -> frame[14 + 6] = 6);
      assertRefused(FOUR, header, frame -> {});
    }
  }

  @Test
  void aFragmentIsNotFragmentedAgain() {
    assertRefused(FOUR, FOUR.fragmented(1000), frame -> frame[14 + 6] = 0x20);
    assertRefused(FOUR, FOUR.fragmented(1000), frame -> frame[14 + 7] = 1);
  }

  @Test
  void aSizeWithoutAFragmentIsRefused() {
    assertRefused(FOUR, FOUR.fragmented(7), frame -> {});
    assertRefused(FOUR, FOUR.fragmented(8), frame -> {});
    assertRefused(FOUR, FOUR.segmented(1), frame -> {});
  }

  /** Options of a length that nobody knows the end of are left as they are. */
  @Test
  void brokenOptionsHarmNobody() {
    UdpDatagram large = datagram(0, false, 8, 0, 3000);
    for (int length : new int[] {0, 1, 9, 255}) {
      byte[] frame = large.bytes();
      frame[14 + 21] = (byte) length;
      assertEquals(3, plain(frame, large.fragmented(1480), 100).size());
    }
    byte[] cut = large.bytes();
    Arrays.fill(cut, 34, 41, (byte) 1);
    cut[41] = 0x44;
    assertEquals(3, plain(cut, large.fragmented(1480), 100).size());
  }
}
