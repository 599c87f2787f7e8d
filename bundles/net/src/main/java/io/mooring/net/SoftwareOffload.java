package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import java.lang.foreign.Arena;

/**
 * Does for a receiver what the sender left undone and the receiver did not take: completes
 * checksums and cuts large TCP and UDP packets. Works in scratch memory; the frames it makes are
 * plain.
 */
final class SoftwareOffload {

  /**
   * More segments than any honest packet has; a guest that asks for one-byte segments costs no
   * more.
   */
  static final int MAX_SEGMENTS = FrameWriter.BUFFERS;

  private static final int TCP_HEADER = 20;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_HEADER = 8;
  private static final int UDP_CHECKSUM = 6;
  private static final int FIN_PSH_CWR = 0x89;
  private static final int CWR = 0x80;

  /**
   * The most header bytes that one segment repeats: Ethernet, two tags, IPv4 with options or IPv6
   * with some, TCP with options.
   */
  private static final int MAX_HEADER = 512;

  private final Arena arena = Arena.ofAuto();
  private final long whole = arena.allocate(Frames.MAX_BYTES + 16L, 16).address();
  private final long cut =
      arena.allocate(Frames.MAX_BYTES + (long) MAX_SEGMENTS * MAX_HEADER, 16).address();
  private final Frames made = new Frames(MAX_SEGMENTS);
  private final UdpFragments fragments = new UdpFragments();

  /**
   * Makes plain frames of one frame.
   *
   * @return the frames, valid until the next call; none when the packet is not what its header says
   */
  Frames plain(Frames frames, int frame) {
    made.count = 0;
    int length = frames.length[frame];
    gather(frames, frame);
    long word = frames.header[frame];
    int start = NetHeader.checksumStart(word);
    int size = NetHeader.gsoSize(word);
    switch (NetHeader.gsoType(word) & ~NetHeader.GSO_ECN) {
      case NetHeader.GSO_NONE -> {
        completeChecksum(whole + start, length - start, frames.checksumOffset[frame]);
        made.add(whole, length);
      }
      case NetHeader.GSO_TCPV4 -> segment(length, IpPacket.IPV4, true, start, size);
      case NetHeader.GSO_TCPV6 -> segment(length, IpPacket.IPV6, true, start, size);
      case NetHeader.GSO_UDP_L4 -> {
        int version = IpPacket.big16(whole + IpPacket.networkOffset(whole) - 2);
        segment(length, version, false, start, size);
      }
      case NetHeader.GSO_UDP -> {
        completeChecksum(whole + start, length - start, frames.checksumOffset[frame]);
        fragments.cut(whole, length, start, size, cut, made);
      }
      default -> {}
    }
    return made;
  }

  private void gather(Frames frames, int frame) {
    int segment = frames.segment[frame];
    int offset = frames.offset[frame];
    for (int done = 0; done < frames.length[frame]; segment++, offset = 0) {
      int part = Math.min(frames.segmentLength[segment] - offset, frames.length[frame] - done);
      HostMemory.copy(frames.address[segment] + offset, whole + done, part);
      done += part;
    }
  }

  /** The sender left the pseudo-header's sum in the field (virtio 1.3, section 5.1.6.2). */
  private static void completeChecksum(long start, int bytes, int offset) {
    IpPacket.putBig16(start + offset, neverZero(InternetChecksum.of(start, bytes, 0)));
  }

  /** A UDP checksum of 0 says that there is none (RFC 768); to TCP both zeros are the same. */
  private static int neverZero(int checksum) {
    return checksum == 0 ? 0xffff : checksum;
  }

  /** Cuts what the transport header at {@code transport} carries into packets of their own. */
  private void segment(int length, int version, boolean tcp, int transport, int size) {
    int network = IpPacket.networkOffset(whole);
    boolean four = version == IpPacket.IPV4;
    int least = tcp ? TCP_HEADER : UDP_HEADER;
    if (!carries(network, version, transport, tcp ? IpPacket.TCP : IpPacket.UDP)
        || transport + least > length
        || size == 0) {
      return;
    }
    int header = transport + (tcp ? HostMemory.getByte(whole + transport + 12) >> 2 & 0x3c : least);
    int payload = length - header;
    int segments = Math.ceilDiv(Math.max(payload, 1), size);
    if (header < transport + least
        || header > MAX_HEADER
        || payload <= 0
        || segments > MAX_SEGMENTS) {
      return;
    }
    long at = cut;
    for (int i = 0; i < segments; i++) {
      int part = Math.min(size, payload - i * size);
      int bytes = header - transport + part;
      HostMemory.copy(whole, at, header);
      HostMemory.copy(whole + header + (long) i * size, at + header, part);
      mendNetworkHeader(at + network, four, transport - network, bytes, i);
      if (tcp) {
        mendTcpHeader(at + transport, i * size, i == 0, i == segments - 1);
        sum(at + network, four, IpPacket.TCP, at + transport, bytes, TCP_CHECKSUM);
      } else {
        IpPacket.putBig16(at + transport + 4, bytes);
        sum(at + network, four, IpPacket.UDP, at + transport, bytes, UDP_CHECKSUM);
      }
      made.add(at, header + part);
      at += header + part;
    }
  }

  /** Whether the frame is of this IP version and its transport header is where it is said to be. */
  private boolean carries(int network, int version, int transport, int protocol) {
    if (IpPacket.big16(whole + network - 2) != version) {
      return false;
    }
    return switch (version) {
      case IpPacket.IPV4 ->
          transport >= network + IpPacket.IPV4_HEADER
              && IpPacket.carries(whole + network, transport - network, protocol);
      // Headers in between are repeated as they are.
      case IpPacket.IPV6 ->
          transport > network + IpPacket.IPV6_HEADER
              || (transport == network + IpPacket.IPV6_HEADER
                  && HostMemory.getByte(whole + network + 6) == protocol);
      default -> false;
    };
  }

  private static void mendNetworkHeader(
      long at, boolean four, int headerBytes, int transportBytes, int index) {
    if (four) {
      IpPacket.putBig16(at + 4, IpPacket.big16(at + 4) + index);
      IpPacket.finishIpv4(at, headerBytes, transportBytes);
    } else {
      IpPacket.putBig16(at + 4, headerBytes - IpPacket.IPV6_HEADER + transportBytes);
    }
  }

  private static void mendTcpHeader(long at, int advance, boolean first, boolean last) {
    int sequence = Integer.reverseBytes(HostMemory.getInt(at + 4)) + advance;
    HostMemory.putInt(at + 4, Integer.reverseBytes(sequence));
    int flags = HostMemory.getByte(at + 13);
    // FIN and PSH belong to the last segment, CWR to the first (RFC 9293, RFC 3168).
    int cleared = (last ? 0 : FIN_PSH_CWR & ~CWR) | (first ? 0 : CWR);
    HostMemory.putByte(at + 13, (byte) (flags & ~cleared));
  }

  private static void sum(
      long network, boolean four, int protocol, long transport, int bytes, int field) {
    long pseudo = IpPacket.pseudoSum(network, four, protocol, bytes);
    IpPacket.putBig16(transport + field, 0);
    int checksum = InternetChecksum.of(transport, bytes, pseudo);
    IpPacket.putBig16(transport + field, neverZero(checksum));
  }
}
