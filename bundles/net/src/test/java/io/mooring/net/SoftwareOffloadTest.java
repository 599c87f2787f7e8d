package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a receiver did not take is done for it, as its network's hardware would. */
class SoftwareOffloadTest {

  private static final TcpPacket FOUR = packet(0, false, 0, 12, TcpPacket.ACK, 3000);
  private static final TcpPacket SIX = packet(0, true, 0, 12, TcpPacket.ACK, 3000);

  private final SoftwareOffload offload = new SoftwareOffload();

  private static TcpPacket packet(
      int tags, boolean six, int options, int tcpOptions, int flags, int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    return new TcpPacket(
        tags, six, options, tcpOptions, 0xfffe, -1000, flags, ByteBuffer.wrap(payload));
  }

  /** The frames made of one that lies in segments of {@code piece} bytes. */
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

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void aCompletedChecksumIsWhatAReceiverExpects(
      @ForAll("packets") TcpPacket packet, @ForAll @IntRange(min = 1, max = 2000) int piece) {
    List<byte[]> made = plain(packet.bytes(), packet.summed(), piece);
    assertEquals(1, made.size());
    assertEquals(packet, packet.parse(made.getFirst()));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void aLargePacketBecomesTheSegmentsThatItsSenderWouldHaveSent(
      @ForAll("packets") TcpPacket packet,
      @ForAll @IntRange(min = 1, max = 9000) int size,
      @ForAll @IntRange(min = 1, max = 70_000) int piece,
      @ForAll boolean ecn) {
    VnetHeader header = packet.segmented(size);
    List<byte[]> made = plain(packet.bytes(), ecn ? header.withEcn() : header, piece);
    int count = Math.ceilDiv(packet.payload().remaining(), size);
    if (count > SoftwareOffload.MAX_SEGMENTS) {
      assertEquals(0, made.size());
      return;
    }
    assertEquals(count, made.size());
    for (int i = 0; i < count; i++) {
      int from = i * size;
      int to = Math.min(packet.payload().remaining(), from + size);
      int flags = packet.flags();
      flags &= i == 0 ? 0xff : ~TcpPacket.CWR;
      flags &= i == count - 1 ? 0xff : ~(TcpPacket.FIN | TcpPacket.PSH);
      TcpPacket expected =
          packet.with(
              packet.six() ? packet.id() : (packet.id() + i) & 0xffff,
              packet.sequence() + from,
              flags,
              packet.payload().slice(from, to - from));
      assertEquals(expected, packet.parse(made.get(i)));
      assertArrayEquals(
          Arrays.copyOf(packet.bytes(), packet.networkOffset()),
          Arrays.copyOf(made.get(i), packet.networkOffset()),
          "the Ethernet header and its tags");
    }
  }

  @Provide
  static Arbitrary<TcpPacket> packets() {
    Arbitrary<Integer> length =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between(1, 5000)),
            Tuple.of(1, Arbitraries.integers().between(60_000, 65_300)));
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(true, false),
            Arbitraries.of(0, 0, 8, 40),
            Arbitraries.integers().between(0, 10).map(words -> 4 * words),
            Arbitraries.integers().between(0, 255),
            length)
        .as(SoftwareOffloadTest::packet);
  }

  /** RFC 768: 0 says that there is no checksum, so a sum of 0 is sent as 0xffff. */
  @Test
  void aDatagramsChecksumIsNever0() {
    byte[] datagram = Arrays.copyOf(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, 60);
    for (int word = 0; word <= 0xffff; word++) {
      datagram[42] = (byte) (word >> 8);
      datagram[43] = (byte) word;
      byte[] made = plain(datagram, new VnetHeader(1, 0, 0, 0, 34, 6), 100).getFirst();
      assertNotEquals(0, made[40] | made[41]);
      assertEquals(0xffff, TcpPacket.sum(made, 34, made.length - 34));
    }
  }

  private void assertRefused(TcpPacket packet, VnetHeader header, Consumer<byte[]> damage) {
    byte[] frame = packet.bytes();
    damage.accept(frame);
    assertEquals(List.of(), plain(frame, header, 100_000));
  }

  @Test
  void aPacketOfAnotherProtocolThanItsHeaderSaysIsRefused() {
    assertRefused(SIX, FOUR.segmented(1000), frame -> {});
    assertRefused(FOUR, SIX.segmented(1000), frame -> {});
    assertRefused(FOUR, FOUR.segmented(1000), frame -> frame[13] = 6);
    assertRefused(FOUR, FOUR.segmented(1000), frame -> frame[14 + 9] = 17);
    assertRefused(packet(2, false, 0, 0, 0, 3000), FOUR.segmented(1000), frame -> {});
    assertRefused(packet(3, false, 0, 0, 0, 3000), FOUR.segmented(1000), frame -> {});
  }

  @Test
  void aTransportHeaderAtAnotherPlaceThanTheIpHeaderSaysIsRefused() {
    assertRefused(FOUR, FOUR.segmented(1000), frame -> frame[14] = 0x46);
    assertRefused(FOUR, FOUR.segmented(1000), frame -> frame[14] = 0x44);
    for (int start : new int[] {14, 33, 35, 3046 - 19, 3046}) {
      assertRefused(FOUR, new VnetHeader(1, 1, 66, 1000, start, 16), frame -> {});
    }
    for (int start : new int[] {14, 53, 3066 - 19, 3066}) {
      assertRefused(SIX, new VnetHeader(1, 4, 86, 1000, start, 16), frame -> {});
    }
  }

  @Test
  void aTcpHeaderOfAWrongLengthIsRefused() {
    assertRefused(FOUR, FOUR.segmented(1000), frame -> frame[34 + 12] = 0x40);
    TcpPacket little = packet(0, false, 0, 0, 0, 10);
    assertRefused(little, little.segmented(1000), frame -> frame[34 + 12] = (byte) 0xf0);
  }

  @Test
  void aPacketWithoutPayloadIsRefused() {
    TcpPacket empty = packet(0, false, 0, 0, 0, 0);
    assertRefused(empty, empty.segmented(1000), frame -> {});
  }

  @Test
  void segmentsOfOneByteAreRefused() {
    assertRefused(FOUR, FOUR.segmented(1), frame -> {});
  }

  /** Whatever a guest says, the worst that happens is that its packet is refused or odd. */
  @Property(tries = 2000)
  void nonsenseIsRefusedOrCut(
      @ForAll byte[] nonsense,
      @ForAll @IntRange(min = 14, max = 2000) int length,
      @ForAll boolean six,
      @ForAll @IntRange(min = 1, max = 0xffff) int size,
      @ForAll @IntRange(min = 14, max = 2000) int start,
      @ForAll @IntRange(min = 0, max = 255) int type) {
    byte[] frame = Arrays.copyOf((six ? SIX : FOUR).bytes(), length);
    System.arraycopy(nonsense, 0, frame, 0, Math.min(nonsense.length, length));
    if (start + 18 <= length) {
      List<byte[]> made = plain(frame, new VnetHeader(1, type, 0, size, start, 16), 100);
      int bytes = made.stream().mapToInt(each -> each.length).sum();
      assertTrue(
          bytes <= length + made.size() * (length + 8),
          "%d frames of %d bytes together, made of %d".formatted(made.size(), bytes, length));
    }
  }
}
