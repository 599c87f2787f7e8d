package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import java.lang.foreign.Arena;

/**
 * The Toeplitz hash of a packet's addresses and ports (virtio 1.3, section 5.1.6.4.3): what tells
 * one flow from another. Reads each frame once, through scratch memory where it lies in pieces.
 */
final class FlowHash {

  /** Hash types, each a bit (section 5.1.6.4.3.1). */
  static final int IPV4 = 1;

  static final int TCPV4 = 1 << 1;
  static final int UDPV4 = 1 << 2;
  static final int IPV6 = 1 << 3;
  static final int TCPV6 = 1 << 4;
  static final int UDPV6 = 1 << 5;

  /** What can be asked for. Of extension headers' addresses none is read. */
  static final int SUPPORTED = IPV4 | TCPV4 | UDPV4 | IPV6 | TCPV6 | UDPV6;

  /** Bytes of the longest key. */
  static final int KEY_BYTES = 40;

  /** No hash; else a hash_report is the number of its type's bit, from 1. */
  static final int NO_REPORT = 0;

  /** The longest input: two IPv6 addresses and two ports. */
  private static final int MOST_INPUT = 36;

  /** As far as headers are looked for. */
  private static final int VIEW_BYTES = 256;

  private static final int PORTS_BYTES = 4;
  private static final int FRAGMENTED = 0x3fff;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int DESTINATION_OPTIONS = 60;

  private final Arena arena = Arena.ofAuto();
  private final long scratch = arena.allocate(VIEW_BYTES, 8).address();

  /** What each value of each input byte adds to the hash. */
  private final int[] table = new int[MOST_INPUT << Byte.SIZE];

  private int types;

  /** What {@link #of} found. */
  private int report;

  private int value;

  /** Uses another key, of {@link #KEY_BYTES} bytes, for packets of some types. */
  void configure(int wanted, byte[] key) {
    types = wanted;
    if (types == 0) {
      return;
    }
    for (int position = 0; position < MOST_INPUT; position++) {
      for (int octet = 0; octet < 1 << Byte.SIZE; octet++) {
        int sum = 0;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
          if ((octet & (0x80 >>> bit)) != 0) {
            sum ^= window(key, position * Byte.SIZE + bit);
          }
        }
        table[(position << Byte.SIZE) | octet] = sum;
      }
    }
  }

  /** The 32 bits of the key that begin at a bit. */
  private static int window(byte[] key, int bit) {
    long bits = 0;
    for (int i = bit / Byte.SIZE; i <= bit / Byte.SIZE + Integer.BYTES; i++) {
      bits = (bits << Byte.SIZE) | (i < key.length ? key[i] & 0xff : 0);
    }
    return (int) (bits >>> (Byte.SIZE - bit % Byte.SIZE));
  }

  /** Hashes a frame; {@link #report} and {@link #value} tell what came of it. */
  void of(Frames frames, int frame) {
    report = NO_REPORT;
    value = 0;
    int length = Math.min(VIEW_BYTES, frames.length[frame]);
    if (types == 0 || length < Frames.ETHERNET_BYTES + IpPacket.IPV4_HEADER) {
      return;
    }
    long packet = view(frames, frame, length);
    int network = IpPacket.networkOffset(packet);
    switch (IpPacket.big16(packet + network - 2)) {
      case IpPacket.IPV4 -> ipv4(packet + network, length - network);
      case IpPacket.IPV6 -> ipv6(packet + network, length - network);
      default -> {}
    }
  }

  private long view(Frames frames, int frame, int length) {
    int segment = frames.segment[frame];
    int offset = frames.offset[frame];
    if (frames.segmentLength[segment] - offset >= length) {
      return frames.address[segment] + offset;
    }
    for (int done = 0; done < length; segment++, offset = 0) {
      int part = Math.min(frames.segmentLength[segment] - offset, length - done);
      HostMemory.copy(frames.address[segment] + offset, scratch + done, part);
      done += part;
    }
    return scratch;
  }

  private void ipv4(long packet, int length) {
    if (length < IpPacket.IPV4_HEADER) {
      return;
    }
    int header = (HostMemory.getByte(packet) & 0xf) * 4;
    boolean whole = (IpPacket.big16(packet + 6) & FRAGMENTED) == 0;
    int protocol = whole ? HostMemory.getByte(packet + 9) & 0xff : -1;
    int ports = header >= IpPacket.IPV4_HEADER && header + PORTS_BYTES <= length ? header : 0;
    hash(packet, 12, 8, ports, protocol, IPV4);
  }

  private void ipv6(long packet, int length) {
    if (length < IpPacket.IPV6_HEADER) {
      return;
    }
    int protocol = HostMemory.getByte(packet + 6) & 0xff;
    int at = IpPacket.IPV6_HEADER;
    while (extension(protocol) && at + 2 <= length) {
      protocol = HostMemory.getByte(packet + at) & 0xff;
      at += (HostMemory.getByte(packet + at + 1) & 0xff) * 8 + 8;
    }
    hash(packet, 8, 32, at + PORTS_BYTES <= length ? at : 0, protocol, IPV6);
  }

  private static boolean extension(int protocol) {
    return protocol == HOP_BY_HOP || protocol == ROUTING || protocol == DESTINATION_OPTIONS;
  }

  /**
   * Hashes addresses, and ports where there are some and their type is wanted.
   *
   * @param ports where they are; 0 for nowhere
   * @param plain the type without ports, which those with TCP and UDP follow
   */
  private void hash(long packet, int from, int bytes, int ports, int protocol, int plain) {
    int tcp = plain << 1;
    int udp = plain << 2;
    if (ports > 0 && protocol == IpPacket.TCP && (types & tcp) != 0) {
      add(packet + ports, PORTS_BYTES, bytes);
      found(tcp);
    } else if (ports > 0 && protocol == IpPacket.UDP && (types & udp) != 0) {
      add(packet + ports, PORTS_BYTES, bytes);
      found(udp);
    } else if ((types & plain) != 0) {
      found(plain);
    } else {
      return;
    }
    add(packet + from, bytes, 0);
  }

  private void found(int type) {
    report = Integer.numberOfTrailingZeros(type) + 1;
  }

  private void add(long at, int bytes, int position) {
    for (int i = 0; i < bytes; i++) {
      value ^= table[((position + i) << Byte.SIZE) | (HostMemory.getByte(at + i) & 0xff)];
    }
  }

  /** The type of the last hash as a hash_report (section 5.1.6.4.3.4). */
  int report() {
    return report;
  }

  /** The last hash; 0 when there was none. */
  int value() {
    return value;
  }
}
