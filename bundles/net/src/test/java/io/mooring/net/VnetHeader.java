package io.mooring.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The header before a frame, field by field (virtio 1.3, section 5.1.6). */
record VnetHeader(
    int flags, int gsoType, int headerLength, int gsoSize, int checksumStart, int checksumOffset) {

  static final VnetHeader PLAIN = new VnetHeader(0, 0, 0, 0, 0, 0);

  /** The same with ECN: the packet has CWR set. */
  VnetHeader withEcn() {
    return new VnetHeader(
        flags, gsoType | 0x80, headerLength, gsoSize, checksumStart, checksumOffset);
  }

  byte[] bytes(int headerBytes) {
    ByteBuffer all = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    all.put((byte) flags).put((byte) gsoType);
    for (int each : new int[] {headerLength, gsoSize, checksumStart, checksumOffset, 0}) {
      all.putShort((short) each);
    }
    return Arrays.copyOf(all.array(), headerBytes);
  }

  /** The first eight bytes, as frames carry them. */
  long word() {
    return ByteBuffer.wrap(bytes(12)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
