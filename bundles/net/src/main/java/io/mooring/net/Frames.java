package io.mooring.net;

import io.mooring.api.memory.HostMemory;

/**
 * A burst of frames on their way through the switch: where each lies in its sender's memory (or in
 * scratch memory), and what its header asked for, read once. Used by one worker; nothing is
 * allocated a frame.
 */
final class Frames {

  /** The largest frame: a 64 KiB IP packet with its Ethernet header and two VLAN tags. */
  static final int MAX_BYTES = 65535 + 14 + 8;

  static final int ETHERNET_BYTES = 14;

  int count;

  /** Header word as {@link NetHeader} has it; 0 for a plain frame. */
  final long[] header;

  final int[] checksumOffset;

  /** The segment that a frame begins in, and where in it. */
  final int[] segment;

  final int[] offset;

  /** Bytes of the frame without its header; 0 for one to drop. */
  final int[] length;

  /** Hashes and their types, where a receiver wants to be told them; the receiver's own. */
  final int[] hash;

  final int[] hashReport;

  /** What let a receiver's {@link FrameLimit} pass a long frame, as it was read; the receiver's. */
  final long[] admitted;

  /** MAC addresses, first byte lowest. */
  final long[] destination;

  final long[] source;

  /** The segments. A burst of chains lends its own arrays. */
  long[] address;

  int[] segmentLength;

  Frames(int capacity) {
    header = new long[capacity];
    checksumOffset = new int[capacity];
    segment = new int[capacity];
    offset = new int[capacity];
    length = new int[capacity];
    hash = new int[capacity];
    hashReport = new int[capacity];
    admitted = new long[capacity];
    destination = new long[capacity];
    source = new long[capacity];
    address = new long[capacity];
    segmentLength = new int[capacity];
  }

  int capacity() {
    return header.length;
  }

  /** A big-endian 16-bit field of a frame, wherever its segments end; the frame has it. */
  int big16(int frame, int at) {
    return (unsignedByte(frame, at) << 8) | unsignedByte(frame, at + 1);
  }

  private int unsignedByte(int frame, int at) {
    int in = segment[frame];
    int from = offset[frame] + at;
    while (from >= segmentLength[in]) {
      from -= segmentLength[in++];
    }
    return HostMemory.getByte(address[in] + from) & 0xff;
  }

  /** Adds a plain frame that lies in one piece. */
  void add(long at, int bytes) {
    int i = count++;
    header[i] = 0;
    checksumOffset[i] = 0;
    segment[i] = i;
    offset[i] = 0;
    length[i] = bytes;
    address[i] = at;
    segmentLength[i] = bytes;
  }
}
