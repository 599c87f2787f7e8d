package io.mooring.net;

import io.mooring.api.memory.HostMemory;

/**
 * The ones' complement sum of 16-bit words (RFC 1071). Sums are kept in the machine's byte order,
 * which the sum does not mind.
 */
final class InternetChecksum {

  private InternetChecksum() {}

  /** The sum of a range, not yet folded. */
  static long sum(long address, int bytes) {
    long sum = 0;
    int i = 0;
    for (; i + 8 <= bytes; i += 8) {
      long words = HostMemory.getLong(address + i);
      sum += (words & 0xffff_ffffL) + (words >>> 32);
    }
    if (i + 4 <= bytes) {
      sum += Integer.toUnsignedLong(HostMemory.getInt(address + i));
      i += 4;
    }
    if (i + 2 <= bytes) {
      sum += HostMemory.getUnsignedShort(address + i);
      i += 2;
    }
    if (i < bytes) {
      sum += HostMemory.getByte(address + i) & 0xff;
    }
    return sum;
  }

  /**
   * The checksum of a range and of what was summed before.
   *
   * @return the value to store, as a big-endian field's value
   */
  static int of(long address, int bytes, long before) {
    long sum = sum(address, bytes) + before;
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return Short.toUnsignedInt(Short.reverseBytes((short) ~sum));
  }
}
