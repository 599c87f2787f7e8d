package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import java.lang.foreign.Arena;

/**
 * Does for a receiver what the sender left undone and the receiver did not take: completes
 * checksums and cuts large TCP packets. Works in scratch memory; the frames it makes are plain.
 */
final class SoftwareOffload {

  /**
   * More segments than any honest packet has; a guest that asks for one-byte segments costs no
   * more.
   */
  static final int MAX_SEGMENTS = FrameWriter.BUFFERS;

  private static final int ETHERTYPE = 12;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int IPV6_HEADER = 40;
  private static final int TCP = 6;
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
    if (NetHeader.gsoType(word) == NetHeader.GSO_NONE) {
      int start = NetHeader.checksumStart(word);
      completeChecksum(whole + start, length - start, frames.checksumOffset[frame]);
      add(whole, length);
    } else {
      segment(word, length);
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

  private void add(long address, int length) {
    int i = made.count++;
    made.header[i] = 0;
    made.checksumOffset[i] = 0;
    made.segment[i] = i;
    made.offset[i] = 0;
    made.length[i] = length;
    made.address[i] = address;
    made.segmentLength[i] = length;
  }

  /** The sender left the pseudo-header's sum in the field (virtio 1.3, section 5.1.6.2). */
  private static void completeChecksum(long start, int bytes, int offset) {
    int checksum = InternetChecksum.of(start, bytes, 0);
    // A UDP checksum of 0 says that there is none (RFC 768); to the others both zeros are the same.
    putBig16(start + offset, checksum == 0 ? 0xffff : checksum);
  }

  private void segment(long word, int length) {
    int network = networkOffset();
    int transport = NetHeader.checksumStart(word);
    boolean four = NetHeader.gsoType(word) == NetHeader.GSO_TCPV4;
    int networkHeader = four ? 20 : IPV6_HEADER;
    if (big16(whole + network - 2) != (four ? IPV4 : IPV6)
        || transport < network + networkHeader
        || transport + 20 > length
        || (four && !plainIpv4(network, transport))) {
      return;
    }
    int header = transport + ((HostMemory.getByte(whole + transport + 12) >> 2) & 0x3c);
    int size = NetHeader.gsoSize(word);
    int payload = length - header;
    int segments = Math.ceilDiv(Math.max(payload, 1), size);
    if (header < transport + 20 || header > MAX_HEADER || payload <= 0 || segments > MAX_SEGMENTS) {
      return;
    }
    long at = cut;
    for (int i = 0; i < segments; i++) {
      int part = Math.min(size, payload - i * size);
      HostMemory.copy(whole, at, header);
      HostMemory.copy(whole + header + (long) i * size, at + header, part);
      mendNetworkHeader(at + network, four, transport - network, header - transport + part, i);
      mendTransportHeader(at + transport, i * size, i == 0, i == segments - 1);
      sumTransport(at + network, four, at + transport, header - transport + part);
      add(at, header + part);
      at += header + part;
    }
  }

  private boolean plainIpv4(int network, int transport) {
    return HostMemory.getByte(whole + network + 9) == TCP
        && (HostMemory.getByte(whole + network) & 0xf) * 4 == transport - network;
  }

  /** Where the IP header begins, behind Ethernet and up to two VLAN tags. */
  private int networkOffset() {
    int offset = ETHERTYPE;
    for (int tags = 0; tags < 2; tags++) {
      int type = big16(whole + offset);
      if (type != VLAN && type != SERVICE_VLAN) {
        break;
      }
      offset += 4;
    }
    return offset + 2;
  }

  private static void mendNetworkHeader(
      long at, boolean four, int headerBytes, int transportBytes, int index) {
    if (four) {
      putBig16(at + 2, headerBytes + transportBytes);
      putBig16(at + 4, big16(at + 4) + index);
      putBig16(at + 10, 0);
      putBig16(at + 10, InternetChecksum.of(at, (HostMemory.getByte(at) & 0xf) * 4, 0));
    } else {
      putBig16(at + 4, headerBytes - IPV6_HEADER + transportBytes);
    }
  }

  private static void mendTransportHeader(long at, int advance, boolean first, boolean last) {
    int sequence = Integer.reverseBytes(HostMemory.getInt(at + 4)) + advance;
    HostMemory.putInt(at + 4, Integer.reverseBytes(sequence));
    int flags = HostMemory.getByte(at + 13);
    // FIN and PSH belong to the last segment, CWR to the first (RFC 9293, RFC 3168).
    int cleared = (last ? 0 : FIN_PSH_CWR & ~CWR) | (first ? 0 : CWR);
    HostMemory.putByte(at + 13, (byte) (flags & ~cleared));
  }

  private static void sumTransport(long network, boolean four, long transport, int bytes) {
    // Sums are of words as they lie in memory: the length and the protocol are turned to
    // big-endian.
    long pseudo =
        InternetChecksum.sum(network + (four ? 12 : 8), four ? 8 : 32)
            + Short.toUnsignedInt(Short.reverseBytes((short) bytes))
            + (TCP << 8);
    putBig16(transport + 16, 0);
    putBig16(transport + 16, InternetChecksum.of(transport, bytes, pseudo));
  }

  private static int big16(long address) {
    return Short.toUnsignedInt(Short.reverseBytes((short) HostMemory.getUnsignedShort(address)));
  }

  private static void putBig16(long address, int value) {
    HostMemory.putShort(address, Short.reverseBytes((short) value));
  }
}
