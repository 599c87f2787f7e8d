package io.mooring.frontend;

import static io.mooring.api.memory.HostMemory.getByte;
import static io.mooring.api.memory.HostMemory.getUnsignedShort;
import static io.mooring.api.memory.HostMemory.putByte;
import static io.mooring.api.memory.HostMemory.putShort;

/**
 * The header before a frame (virtio 1.3, section 5.1.6).
 *
 * @param flags {@link #NEEDS_CSUM}, {@link #DATA_VALID}
 * @param gsoType what the frame is to be segmented as; 0 for nothing
 * @param headerLength bytes to copy into every segment
 * @param gsoSize payload bytes of a segment
 * @param checksumStart where the checksum's range begins
 * @param checksumOffset where the checksum goes, counted from there
 * @param buffers buffers that the frame was merged over; only where the header has 12 bytes
 */
public record VnetHeader(
    int flags,
    int gsoType,
    int headerLength,
    int gsoSize,
    int checksumStart,
    int checksumOffset,
    int buffers) {

  /** Flag: the checksum is to be filled in. */
  public static final int NEEDS_CSUM = 1;

  /** Flag: the checksum was found right. */
  public static final int DATA_VALID = 2;

  /** Segment as TCP over IPv4. */
  public static final int GSO_TCPV4 = 1;

  /** Segment as TCP over IPv6. */
  public static final int GSO_TCPV6 = 4;

  /** No offloads. */
  public static final VnetHeader PLAIN = new VnetHeader(0, 0, 0, 0, 0, 0, 0);

  /** The length of a header that has {@link #buffers}. */
  static final int MERGEABLE_BYTES = 12;

  private static final int BUFFERS_AT = 10;

  static int buffersAt(long host) {
    return getUnsignedShort(host + BUFFERS_AT);
  }

  static VnetHeader read(long host, int bytes) {
    return new VnetHeader(
        getByte(host),
        getByte(host + 1),
        getUnsignedShort(host + 2),
        getUnsignedShort(host + 4),
        getUnsignedShort(host + 6),
        getUnsignedShort(host + 8),
        bytes >= MERGEABLE_BYTES ? buffersAt(host) : 1);
  }

  void write(long host, int bytes) {
    putByte(host, (byte) flags);
    putByte(host + 1, (byte) gsoType);
    putShort(host + 2, headerLength);
    putShort(host + 4, gsoSize);
    putShort(host + 6, checksumStart);
    putShort(host + 8, checksumOffset);
    if (bytes >= MERGEABLE_BYTES) {
      putShort(host + BUFFERS_AT, buffers);
    }
  }
}
