package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
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

/** Hashes that every network card agrees on. */
class FlowHashTest {

  /** The key and the packets of Microsoft's "Verifying the RSS Hash Calculation". */
  private static final byte[] KEY =
      HexFormat.of()
          .parseHex(
              "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");

  private final FlowHash hash = new FlowHash();

  private static byte[] four(String from, String to, int protocol, int fromPort, int toPort) {
    ByteBuffer frame = ByteBuffer.allocate(60);
    frame.putShort(12, (short) 0x0800).put(14, (byte) 0x45).put(14 + 9, (byte) protocol);
    frame.put(14 + 12, address(from)).put(14 + 16, address(to));
    return frame.putShort(34, (short) fromPort).putShort(36, (short) toPort).array();
  }

  private static byte[] six(String from, String to, int protocol, int fromPort, int toPort) {
    ByteBuffer frame = ByteBuffer.allocate(80);
    frame.putShort(12, (short) 0x86dd).put(14, (byte) 0x60).put(14 + 6, (byte) protocol);
    frame.put(14 + 8, HexFormat.of().parseHex(from)).put(14 + 24, HexFormat.of().parseHex(to));
    return frame.putShort(54, (short) fromPort).putShort(56, (short) toPort).array();
  }

  private static byte[] address(String dotted) {
    byte[] address = new byte[4];
    String[] parts = dotted.split("[.]", -1);
    for (int i = 0; i < 4; i++) {
      address[i] = (byte) Integer.parseInt(parts[i]);
    }
    return address;
  }

  private void hash(int types, byte[] frame, int piece) {
    hash.configure(types, KEY);
    try (Arena arena = Arena.ofConfined()) {
      hash.of(Delivered.frames(arena, piece, List.of(VnetHeader.PLAIN), List.of(frame)), 0);
    }
  }

  private void assertHash(String hex, int report) {
    assertEquals(hex, HexFormat.of().toHexDigits(hash.value()));
    assertEquals(report, hash.report());
  }

  @ParameterizedTest
  @CsvSource({
    "66.9.149.187, 2794, 161.142.100.80, 1766, 323e8fc2, 51ccc178",
    "199.92.111.2, 14230, 65.69.140.83, 4739, d718262a, c626b0ea",
    "24.19.198.95, 12898, 12.22.207.184, 38024, d2d0a5de, 5c2b394a",
    "38.27.205.30, 48228, 209.142.163.6, 2217, 82989176, afc7327f",
    "153.39.163.191, 44251, 202.188.127.2, 1303, 5d1809c5, 10e828a2"
  })
  void packetsOfIpv4HaveTheirKnownHashes(
      String from, int fromPort, String to, int toPort, String addresses, String all) {
    byte[] tcp = four(from, to, 6, fromPort, toPort);
    byte[] udp = four(from, to, 17, fromPort, toPort);
    for (int piece : new int[] {1, 7, 100}) {
      hash(FlowHash.IPV4, tcp, piece);
      assertHash(addresses, 1);
      hash(FlowHash.IPV4 | FlowHash.TCPV4, tcp, piece);
      assertHash(all, 2);
      hash(FlowHash.UDPV4, udp, piece);
      assertHash(all, 3);
      hash(FlowHash.IPV4 | FlowHash.TCPV4, udp, piece);
      assertHash(addresses, 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3ffe250102001fff0000000000000007, 3ffe2501020000030000000000000001, 2794, 1766,"
        + " 2cc18cd5, 40207d3d",
    "3ffe050100080000026097fffe40efab, ff020000000000000000000000000001, 14230, 4739,"
        + " 0f0c461c, dde51bbf",
    "3ffe1900454500030200f8fffe2167cf, fe800000000000000200f8fffe2167cf, 44251, 38024,"
        + " 4b61e985, 02d1feef"
  })
  void packetsOfIpv6HaveTheirKnownHashes(
      String from, String to, int fromPort, int toPort, String addresses, String all) {
    byte[] tcp = six(from, to, 6, fromPort, toPort);
    hash(FlowHash.IPV6 | FlowHash.UDPV6, tcp, 9);
    assertHash(addresses, 4);
    hash(FlowHash.IPV6 | FlowHash.TCPV6, tcp, 9);
    assertHash(all, 5);
    hash(FlowHash.SUPPORTED, six(from, to, 17, fromPort, toPort), 9);
    assertHash(all, 6);
  }

  @Test
  void tagsDoNotMatter() {
    byte[] plain = four("66.9.149.187", "161.142.100.80", 6, 2794, 1766);
    byte[] tagged = new byte[plain.length + 4];
    System.arraycopy(plain, 0, tagged, 0, 12);
    tagged[12] = (byte) 0x81;
    System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
    hash(FlowHash.SUPPORTED, tagged, 10);
    assertHash("51ccc178", 2);
  }

  /** Ports are in the first fragment only, and all fragments are of one flow. */
  @Test
  void fragmentsAreHashedByTheirAddresses() {
    byte[] fragment = four("66.9.149.187", "161.142.100.80", 6, 2794, 1766);
    for (int[] flags : new int[][] {{0x20, 0}, {0, 1}}) {
      fragment[20] = (byte) flags[0];
      fragment[21] = (byte) flags[1];
      hash(FlowHash.SUPPORTED, fragment, 100);
      assertHash("323e8fc2", 1);
    }
    fragment[20] = 0x40;
    fragment[21] = 0;
    hash(FlowHash.SUPPORTED, fragment, 100);
    assertHash("51ccc178", 2);
  }

  @Test
  void portsBehindOptionsAndExtensionHeadersAreFound() {
    byte[] payload = new byte[10];
    for (TcpPacket packet :
        List.of(
            new TcpPacket(1, false, 40, 0, 1, 1, 0, ByteBuffer.wrap(payload)),
            new TcpPacket(1, true, 40, 0, 1, 1, 0, ByteBuffer.wrap(payload)))) {
      byte[] one = packet.bytes();
      hash(FlowHash.SUPPORTED, one, 1000);
      int before = hash.value();
      assertEquals(packet.six() ? 5 : 2, hash.report());
      one[packet.transportOffset()]++;
      hash(FlowHash.SUPPORTED, one, 1000);
      assertNotEquals(before, hash.value());
    }
  }

  @Test
  void whatIsNoIpHasNoHash() {
    byte[] arp = ByteBuffer.allocate(60).putShort(12, (short) 0x0806).array();
    hash(FlowHash.SUPPORTED, arp, 100);
    assertHash("00000000", FlowHash.NO_REPORT);
    hash(0, four("66.9.149.187", "161.142.100.80", 6, 2794, 1766), 100);
    assertHash("00000000", FlowHash.NO_REPORT);
  }

  /** A frame that was cut anywhere, or lies, is hashed within its own bytes. */
  @Property(tries = 3000)
  void nonsenseIsHashedWithinItsBounds(
      @ForAll boolean six,
      @ForAll @Size(60) byte[] nonsense,
      @ForAll @IntRange(min = 0, max = 74) int at,
      @ForAll @IntRange(min = 14, max = 80) int length,
      @ForAll @IntRange(min = 1, max = 90) int piece) {
    byte[] frame =
        six
            ? six("3ffe2501020000030000000000000001", "3ffe250102001fff0000000000000007", 0, 1, 2)
            : four("66.9.149.187", "161.142.100.80", 6, 2794, 1766);
    for (int i = 0; i < nonsense.length && at + i < frame.length; i++) {
      frame[at + i] = nonsense[i];
    }
    byte[] cut = Arrays.copyOf(frame, length);
    hash(FlowHash.SUPPORTED, cut, piece);
    int value = hash.value();
    hash(FlowHash.SUPPORTED, cut, 1000);
    assertEquals(value, hash.value(), "however it lies in memory");
  }
}
