package io.mooring.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A UDP datagram in an Ethernet frame, put together, taken apart and reassembled by the RFCs alone
 * (768, 791, 8200): what the offload code is compared with.
 *
 * @param tags how many VLAN tags
 * @param six whether it is of IPv6
 * @param options bytes of IPv4 options, a multiple of 4; 0 with IPv6
 * @param flags the IPv4 header's: 0x4000 for one that is not to be fragmented
 */
record UdpDatagram(int tags, boolean six, int options, int id, int flags, ByteBuffer payload) {

  static final int DO_NOT_FRAGMENT = 0x4000;

  /** An option that every fragment has (RFC 791, "copied") and one that only the first has. */
  private static final int COPIED = 0x94;

  private static final int NOT_COPIED = 0x44;

  private static final int UDP = 17;
  private static final int FRAGMENT = 44;

  int networkOffset() {
    return 14 + 4 * tags;
  }

  int transportOffset() {
    return networkOffset() + (six ? 40 : 20) + options;
  }

  /** The frame as a driver gives it for offload: the checksum field holds the pseudo-header's. */
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(transportOffset() + 8 + payload.remaining());
    bytes.putLong(0x0200_0000_0002_0200L).putInt(0x0000_0001);
    for (int tag = 0; tag < tags; tag++) {
      bytes.putShort((short) 0x8100).putShort((short) 0x2007);
    }
    bytes.putShort((short) (six ? 0x86dd : 0x0800));
    int udpBytes = 8 + payload.remaining();
    if (six) {
      bytes.putInt(0x6001_2345).putShort((short) udpBytes).put((byte) UDP).put((byte) 64);
      for (int i = 0; i < 32; i++) {
        bytes.put((byte) (i * 37));
      }
    } else {
      bytes.put((byte) (0x40 | ((20 + options) / 4))).put((byte) 0);
      bytes.putShort((short) (20 + options + udpBytes)).putShort((short) id);
      bytes.putShort((short) flags).put((byte) 64).put((byte) UDP).putShort((short) 0);
      bytes.putInt(0x0a00_0001).putInt(0xc0a8_fffe);
      for (int i = 0; i < options; i += 4) {
        bytes.put((byte) (i % 8 == 0 ? COPIED : NOT_COPIED)).put((byte) 4).putShort((short) i);
      }
      int header = 20 + options;
      bytes.putShort(
          networkOffset() + 10, (short) ~TcpPacket.sum(bytes.array(), networkOffset(), header));
    }
    bytes.putShort((short) 4711).putShort((short) 53).putShort((short) udpBytes);
    bytes.putShort((short) pseudoSum(bytes.array(), udpBytes));
    return bytes.put(payload.duplicate()).array();
  }

  private int pseudoSum(byte[] frame, int udpBytes) {
    var pseudo = new ByteArrayOutputStream();
    pseudo.write(frame, networkOffset() + (six ? 8 : 12), six ? 32 : 8);
    pseudo.writeBytes(ByteBuffer.allocate(8).putInt(udpBytes).putInt(UDP).array());
    return TcpPacket.sum(pseudo.toByteArray(), 0, pseudo.size());
  }

  /** The header that asks for datagrams of so many bytes (USO). */
  VnetHeader segmented(int size) {
    return new VnetHeader(1, 5, transportOffset() + 8, size, transportOffset(), 6);
  }

  /** The header that asks for fragments with so many bytes of IP payload (UFO). */
  VnetHeader fragmented(int size) {
    return new VnetHeader(1, 3, transportOffset() + 8, size, transportOffset(), 6);
  }

  /** Takes a datagram of this one's form apart; its payload. */
  byte[] parse(byte[] frame, int expectedId) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    int network = networkOffset();
    int transport = transportOffset();
    int udpBytes = frame.length - transport;
    if (six) {
      expect("IPv6 payload length", udpBytes, unsigned(bytes, network + 4));
      expect("next header", UDP, frame[network + 6]);
    } else {
      expect("IPv4 total length", frame.length - network, unsigned(bytes, network + 2));
      expect("identification", expectedId, unsigned(bytes, network + 4));
      expect("sum of the header", 0xffff, TcpPacket.sum(frame, network, transport - network));
    }
    expect("UDP length", udpBytes, unsigned(bytes, transport + 4));
    int whole = pseudoSum(frame, udpBytes) + TcpPacket.sum(frame, transport, udpBytes);
    expect("sum of the datagram", 0xffff, (whole & 0xffff) + (whole >>> 16));
    if (unsigned(bytes, transport + 6) == 0) {
      throw new AssertionError("a checksum of 0 says that there is none");
    }
    return Arrays.copyOfRange(frame, transport + 8, frame.length);
  }

  /** Puts fragments in order together, as their receiver does; the datagram's payload. */
  byte[] reassemble(List<byte[]> fragments, int most) {
    var udp = new ByteArrayOutputStream();
    long first = id(fragments.getFirst());
    for (int i = 0; i < fragments.size(); i++) {
      byte[] fragment = fragments.get(i);
      ByteBuffer bytes = ByteBuffer.wrap(fragment);
      int network = networkOffset();
      boolean last = i == fragments.size() - 1;
      int data = transportOffset() + (six ? 8 : 0);
      int length = fragment.length - data;
      if (six) {
        expect("IPv6 payload length", 8 + length, unsigned(bytes, network + 4));
        expect("next header", FRAGMENT, fragment[network + 6]);
        expect("header after the fragment's", UDP, fragment[network + 40]);
        expect("offset", udp.size() | (last ? 0 : 1), unsigned(bytes, network + 42));
      } else {
        expect("IPv4 total length", fragment.length - network, unsigned(bytes, network + 2));
        expect("flags", (last ? 0 : 0x2000) | udp.size() / 8, unsigned(bytes, network + 6));
        expect("sum of the header", 0xffff, TcpPacket.sum(fragment, network, 20 + options));
        expectOptions(fragment, udp.size() == 0);
      }
      if (length > most || id(fragment) != first) {
        throw new AssertionError("a fragment of %d bytes, id %d".formatted(length, id(fragment)));
      }
      udp.write(fragment, data, length);
    }
    byte[] head = Arrays.copyOf(bytes(), transportOffset());
    byte[] whole = Arrays.copyOf(head, head.length + udp.size());
    System.arraycopy(udp.toByteArray(), 0, whole, head.length, udp.size());
    return parse(whole, id);
  }

  private void expectOptions(byte[] fragment, boolean first) {
    for (int i = 0; i < options; i += 4) {
      boolean kept = first || i % 8 == 0;
      int type = i % 8 == 0 ? COPIED : NOT_COPIED;
      expect("option", kept ? type : 1, fragment[networkOffset() + 20 + i] & 0xff);
      expect("its value", kept ? i : 1, fragment[networkOffset() + 23 + i]);
    }
  }

  /** A fragment's identification. */
  long id(byte[] fragment) {
    ByteBuffer bytes = ByteBuffer.wrap(fragment);
    return six ? bytes.getInt(networkOffset() + 44) : unsigned(bytes, networkOffset() + 4);
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  private static void expect(String what, int expected, int actual) {
    if (expected != actual) {
      throw new AssertionError("%s is %d, expected %d".formatted(what, actual, expected));
    }
  }
}
