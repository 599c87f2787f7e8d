package io.mooring.net;

/**
 * The largest frame that a guest is sent: its interface's MTU, whatever the switch carries. A
 * packet that the guest takes uncut counts as the segments that it would be cut into.
 *
 * <p>What in the frame itself lets it pass, VLAN tags and the length of its TCP header, is in the
 * sender's memory until it is copied. So it is read once, into {@link Frames#admitted}, and the
 * copy gets what was read: {@link #tagType}, {@link #tcpOffset}.
 */
final class FrameLimit {

  private static final int NONE = 0;

  /** Where a frame tells its type, or that of its first tag. */
  static final int ETHERTYPE = 12;

  static final int TAG_BYTES = 4;
  static final int MOST_TAGS = 2;

  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int UDP_HEADER_BYTES = 8;

  /** Where a TCP header tells its length, in its upper four bits and in words of four bytes. */
  private static final int TCP_DATA_OFFSET = 12;

  /** What was admitted, in one word: the types of the tags, and where the TCP length is and it. */
  private static final int TCP_OFFSET = MOST_TAGS * Short.SIZE;

  private static final int TCP_PLACE = TCP_OFFSET + Byte.SIZE;

  private int mtu = NONE;

  /** No limit but the receive buffers'. */
  void lift() {
    mtu = NONE;
  }

  /** The most bytes behind the Ethernet header and its VLAN tags. */
  void set(int bytes) {
    mtu = bytes;
  }

  boolean active() {
    return mtu != NONE;
  }

  /** Whether a frame is not for this guest; only when {@link #active}. */
  boolean exceeded(Frames frames, int frame) {
    frames.admitted[frame] = 0;
    int most = mtu + Frames.ETHERNET_BYTES;
    int length = frames.length[frame];
    if (length <= most) {
      return false;
    }
    most += tagBytes(frames, frame);
    long header = frames.header[frame];
    return length > most
        && (NetHeader.gsoType(header) == NetHeader.GSO_NONE
            || segmentBytes(frames, frame, header) > most);
  }

  private static int tagBytes(Frames frames, int frame) {
    int bytes = 0;
    for (int tag = 0; tag < MOST_TAGS; tag++) {
      int type = frames.big16(frame, ETHERTYPE + bytes);
      if (!isTag(type)) {
        break;
      }
      frames.admitted[frame] |= (long) type << (tag * Short.SIZE);
      bytes += TAG_BYTES;
    }
    return bytes;
  }

  private static boolean isTag(int ethertype) {
    return ethertype == VLAN || ethertype == SERVICE_VLAN;
  }

  /** What the frame would be cut into. */
  private static int segmentBytes(Frames frames, int frame, long header) {
    int transport = NetHeader.checksumStart(header);
    int headers =
        switch (NetHeader.gsoType(header) & ~NetHeader.GSO_ECN) {
          // Fragments repeat nothing behind the IP header.
          case NetHeader.GSO_UDP -> 0;
          case NetHeader.GSO_UDP_L4 -> UDP_HEADER_BYTES;
          default -> tcpHeaderBytes(frames, frame, transport);
        };
    return transport + headers + NetHeader.gsoSize(header);
  }

  private static int tcpHeaderBytes(Frames frames, int frame, int transport) {
    int place = transport + TCP_DATA_OFFSET;
    if (place + 2 > frames.length[frame]) {
      return 0;
    }
    int offset = frames.big16(frame, place) >>> Byte.SIZE;
    frames.admitted[frame] |= (long) place << TCP_PLACE | (long) offset << TCP_OFFSET;
    return (offset >>> 4) * 4;
  }

  /** The type of a tag that was admitted; 0 when there was none. */
  static int tagType(long admitted, int tag) {
    return (int) (admitted >>> (tag * Short.SIZE)) & 0xffff;
  }

  /** Where in the frame the byte is that tells its TCP header's length; 0 when none was asked. */
  static int tcpPlace(long admitted) {
    return (int) (admitted >>> TCP_PLACE);
  }

  /** That byte. */
  static int tcpOffset(long admitted) {
    return (int) (admitted >>> TCP_OFFSET) & 0xff;
  }
}
