package io.mooring.net;

import io.mooring.api.memory.HostMemory;

/** Fields of packets in scratch memory, which are big-endian (RFC 791, RFC 8200). */
final class IpPacket {

  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86dd;
  static final int IPV4_HEADER = 20;
  static final int IPV6_HEADER = 40;
  static final int TCP = 6;
  static final int UDP = 17;

  private static final int ETHERTYPE = 12;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;

  private IpPacket() {}

  static int big16(long address) {
    return Short.toUnsignedInt(Short.reverseBytes((short) HostMemory.getUnsignedShort(address)));
  }

  static void putBig16(long address, int value) {
    HostMemory.putShort(address, Short.reverseBytes((short) value));
  }

  /** Where the IP header of a frame begins, behind Ethernet and up to two VLAN tags. */
  static int networkOffset(long frame) {
    int offset = ETHERTYPE;
    for (int tags = 0; tags < 2; tags++) {
      int type = big16(frame + offset);
      if (type != VLAN && type != SERVICE_VLAN) {
        break;
      }
      offset += 4;
    }
    return offset + 2;
  }

  /** Whether an IPv4 header of so many bytes is followed by this protocol. */
  static boolean carries(long network, int headerBytes, int protocol) {
    return HostMemory.getByte(network + 9) == protocol
        && (HostMemory.getByte(network) & 0xf) * 4 == headerBytes;
  }

  /** Sets an IPv4 packet's length and sums its header. */
  static void finishIpv4(long network, int headerBytes, int payloadBytes) {
    putBig16(network + 2, headerBytes + payloadBytes);
    putBig16(network + 10, 0);
    putBig16(network + 10, InternetChecksum.of(network, headerBytes, 0));
  }

  /** The sum of the pseudo-header before a transport packet of so many bytes, not folded. */
  static long pseudoSum(long network, boolean four, int protocol, int bytes) {
    // Sums are of words as they lie in memory: the length and the protocol are turned to
    // big-endian.
    return InternetChecksum.sum(network + (four ? 12 : 8), four ? 8 : 32)
        + Short.toUnsignedInt(Short.reverseBytes((short) bytes))
        + ((long) protocol << 8);
  }
}
