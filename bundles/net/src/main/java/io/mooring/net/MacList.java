package io.mooring.net;

import java.nio.ByteBuffer;

/** The MAC addresses that a driver wants to receive, of one kind; first byte lowest. */
final class MacList {

  /** As many as other devices keep; with more, all addresses are received. */
  static final int MOST = 64;

  private final long[] macs = new long[MOST];
  private int count;
  private boolean overflow;

  void clear() {
    count = 0;
    overflow = false;
  }

  void add(long mac) {
    if (count == MOST) {
      overflow = true;
    } else {
      macs[count++] = mac;
    }
  }

  void set(MacList other) {
    System.arraycopy(other.macs, 0, macs, 0, other.count);
    count = other.count;
    overflow = other.overflow;
  }

  boolean has(long mac) {
    for (int i = 0; i < count; i++) {
      if (macs[i] == mac) {
        return true;
      }
    }
    return overflow;
  }

  void save(ByteBuffer to) {
    to.put((byte) (overflow ? 1 : 0)).put((byte) count);
    for (int i = 0; i < count; i++) {
      to.putLong(macs[i]);
    }
  }

  void load(ByteBuffer from) {
    clear();
    boolean more = from.get() != 0;
    int kept = from.get();
    if (kept < 0 || kept > MOST) {
      throw new IllegalArgumentException(
          "a list of %d MAC addresses: at most %d are allowed".formatted(kept & 0xff, MOST));
    }
    for (int i = 0; i < kept; i++) {
      add(from.getLong());
    }
    overflow = more;
  }
}
