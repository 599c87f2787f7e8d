package io.mooring.net;

/**
 * The header before every frame (virtio 1.3, section 5.1.6). Its first eight bytes are kept as one
 * word: flags, gso_type, hdr_len, gso_size, csum_start, from the lowest byte up; csum_offset and
 * num_buffers follow.
 */
final class NetHeader {

  /** With num_buffers: VERSION_1 or MRG_RXBUF. */
  static final int BYTES = 12;

  /** With hash_value and hash_report too: HASH_REPORT. */
  static final int HASH_BYTES = 20;

  /** Without: a legacy driver that did not take MRG_RXBUF. */
  static final int LEGACY_BYTES = 10;

  static final int NEEDS_CSUM = 1;

  static final int GSO_NONE = 0;
  static final int GSO_TCPV4 = 1;
  static final int GSO_UDP = 3;
  static final int GSO_TCPV6 = 4;
  static final int GSO_UDP_L4 = 5;

  /** Besides TCPV4 or TCPV6: the packet has CWR set. */
  static final int GSO_ECN = 0x80;

  private NetHeader() {}

  /** Whether a frame wants nothing of its receiver. */
  static boolean plain(long word) {
    return (word & 0xffff) == 0;
  }

  static boolean needsChecksum(long word) {
    return (word & NEEDS_CSUM) != 0;
  }

  static int gsoType(long word) {
    return (int) (word >>> 8) & 0xff;
  }

  static int gsoSize(long word) {
    return (int) (word >>> 32) & 0xffff;
  }

  static int checksumStart(long word) {
    return (int) (word >>> 48);
  }
}
