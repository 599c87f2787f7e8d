package io.mooring.net;

/**
 * The largest frame that a guest is sent: its interface's MTU, whatever the switch carries. A
 * packet that the guest takes uncut counts as the segments that it would be cut into.
 */
final class FrameLimit {

  private static final int NONE = 0;
  private static final int ETHERTYPE = 12;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int TAG_BYTES = 4;
  private static final int MOST_TAGS = 2;
  private static final int UDP_HEADER_BYTES = 8;

  /** Where a TCP header tells its length, in its upper four bits and in words of four bytes. */
  private static final int TCP_DATA_OFFSET = 12;

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
    while (bytes < MOST_TAGS * TAG_BYTES && isTag(frames.big16(frame, ETHERTYPE + bytes))) {
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
    boolean there = transport + TCP_DATA_OFFSET + 2 <= frames.length[frame];
    return there ? (frames.big16(frame, transport + TCP_DATA_OFFSET) >>> 12) * 4 : 0;
  }
}
