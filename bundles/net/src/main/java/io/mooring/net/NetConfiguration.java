package io.mooring.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The configuration space of a net device (virtio 1.3, section 5.1.4), for front-ends that leave it
 * to the back-end. It names no MAC address: that is the front-end's to choose.
 */
final class NetConfiguration {

  /** What a port that is not told otherwise has. */
  static final int USUAL_MTU = 1500;

  /** The speed of a port that is not told one. */
  static final int SPEED_UNKNOWN = 0xffff_ffff;

  private static final int MAC_BYTES = 6;
  private static final int BYTES = 24;
  private static final int LINK_UP = 1;
  private static final int ANNOUNCE = 2;
  private static final byte FULL_DUPLEX = 1;
  private static final byte DUPLEX_UNKNOWN = (byte) 0xff;

  private NetConfiguration() {}

  /**
   * The space.
   *
   * @param up whether the link is
   * @param announce whether the driver is asked to announce itself
   * @param speed in Mbit/s, or {@link #SPEED_UNKNOWN}
   */
  static byte[] bytes(boolean up, boolean announce, int queuePairs, int mtu, int speed) {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(MAC_BYTES)
        .putShort((short) ((up ? LINK_UP : 0) | (announce ? ANNOUNCE : 0)))
        .putShort((short) queuePairs)
        .putShort((short) mtu)
        .putInt(speed)
        .put(speed == SPEED_UNKNOWN ? DUPLEX_UNKNOWN : FULL_DUPLEX)
        .put((byte) FlowHash.KEY_BYTES)
        .putShort((short) Steering.MOST_ENTRIES)
        .putInt(FlowHash.SUPPORTED)
        .array();
  }
}
