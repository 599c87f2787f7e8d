package io.mooring.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * A TCP packet in an Ethernet frame, put together and taken apart by the RFCs alone (791, 8200,
 * 9293): what the offload code is compared with.
 *
 * @param tags how many VLAN tags
 * @param six whether it is of IPv6
 * @param options bytes of IPv4 options or of an IPv6 extension header; a multiple of 4 or of 8
 * @param tcpOptions bytes of TCP options; a multiple of 4
 */
record TcpPacket(
    int tags,
    boolean six,
    int options,
    int tcpOptions,
    int id,
    int sequence,
    int flags,
    ByteBuffer payload) {

  static final int FIN = 0x01;
  static final int PSH = 0x08;
  static final int ACK = 0x10;
  static final int CWR = 0x80;

  private static final int HOP_BY_HOP = 0;
  private static final int TCP = 6;

  int networkOffset() {
    return 14 + 4 * tags;
  }

  int transportOffset() {
    return networkOffset() + (six ? 40 : 20) + options;
  }

  int headerBytes() {
    return transportOffset() + 20 + tcpOptions;
  }

  /** The frame as a driver gives it for offload: the checksum field holds the pseudo-header's. */
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(headerBytes() + payload.remaining());
    bytes.putLong(0x0200_0000_0002_0200L).putInt(0x0000_0001);
    for (int tag = 0; tag < tags; tag++) {
      bytes.putShort((short) (tag == 0 && tags == 2 ? 0x88a8 : 0x8100)).putShort((short) 0x2007);
    }
    bytes.putShort((short) (six ? 0x86dd : 0x0800));
    int transportBytes = 20 + tcpOptions + payload.remaining();
    if (six) {
      bytes.putInt(0x6001_2345).putShort((short) (options + transportBytes));
      bytes.put((byte) (options > 0 ? HOP_BY_HOP : TCP)).put((byte) 64);
      for (int i = 0; i < 32; i++) {
        bytes.put((byte) (i * 37));
      }
      if (options > 0) {
        bytes.put((byte) TCP).put((byte) (options / 8 - 1)).put((byte) 1).put((byte) (options - 4));
        bytes.put(new byte[options - 4]);
      }
    } else {
      int header = 20 + options;
      bytes.put((byte) (0x40 | (header / 4))).put((byte) 0);
      bytes.putShort((short) (header + transportBytes)).putShort((short) id);
      bytes.putShort((short) 0x4000).put((byte) 64).put((byte) TCP).putShort((short) 0);
      bytes.putInt(0x0a00_0001).putInt(0xc0a8_fffe);
      for (int i = 0; i < options; i++) {
        bytes.put((byte) 1);
      }
      bytes.putShort(networkOffset() + 10, (short) ~sum(bytes.array(), networkOffset(), header));
    }
    bytes.putShort((short) 4711).putShort((short) 80).putInt(sequence).putInt(0x1234_5678);
    bytes.put((byte) (((20 + tcpOptions) / 4) << 4)).put((byte) flags).putShort((short) 0x7fff);
    bytes.putShort((short) pseudoSum(bytes.array(), transportBytes)).putShort((short) 0);
    for (int i = 0; i < tcpOptions; i++) {
      bytes.put((byte) 1);
    }
    return bytes.put(payload.duplicate()).array();
  }

  private int pseudoSum(byte[] frame, int transportBytes) {
    var pseudo = new ByteArrayOutputStream();
    pseudo.write(frame, networkOffset() + (six ? 8 : 12), six ? 32 : 8);
    pseudo.writeBytes(ByteBuffer.allocate(8).putInt(transportBytes).putInt(TCP).array());
    return sum(pseudo.toByteArray(), 0, pseudo.size());
  }

  /** RFC 1071, word by word. */
  static int sum(byte[] bytes, int from, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int octet = bytes[from + i] & 0xff;
      sum += i % 2 == 0 ? octet << 8 : octet;
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  /** The header that asks for segmentation into pieces of so many bytes. */
  VnetHeader segmented(int size) {
    return new VnetHeader(1, six ? 4 : 1, headerBytes(), size, transportOffset(), 16);
  }

  /** The header that asks for a checksum only. */
  VnetHeader summed() {
    return new VnetHeader(1, 0, 0, 0, transportOffset(), 16);
  }

  /**
   * Takes a frame of this packet's form apart.
   *
   * @throws AssertionError when a length or a checksum is not what a receiver expects
   */
  TcpPacket parse(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    int network = networkOffset();
    int transport = transportOffset();
    int transportBytes = frame.length - transport;
    if (six) {
      expect("IPv6 payload length", options + transportBytes, unsigned(bytes, network + 4));
    } else {
      expect("IPv4 total length", frame.length - network, unsigned(bytes, network + 2));
      expect("sum of the IPv4 header", 0xffff, sum(frame, network, transport - network));
    }
    int whole = pseudoSum(frame, transportBytes) + sum(frame, transport, transportBytes);
    expect("sum of the TCP packet", 0xffff, (whole & 0xffff) + (whole >>> 16));
    return new TcpPacket(
        tags,
        six,
        options,
        tcpOptions,
        six ? id : unsigned(bytes, network + 4),
        bytes.getInt(transport + 4),
        bytes.get(transport + 13) & 0xff,
        bytes.slice(headerBytes(), frame.length - headerBytes()));
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  private static void expect(String what, int expected, int actual) {
    if (expected != actual) {
      throw new AssertionError("%s is %d, expected %d".formatted(what, actual, expected));
    }
  }

  /** The same packet from another place of the stream. */
  TcpPacket with(int otherId, int otherSequence, int otherFlags, ByteBuffer part) {
    return new TcpPacket(tags, six, options, tcpOptions, otherId, otherSequence, otherFlags, part);
  }
}
