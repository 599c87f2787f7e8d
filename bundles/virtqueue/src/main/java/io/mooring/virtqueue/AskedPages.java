package io.mooring.virtqueue;

import io.mooring.api.memory.MemoryTable;
import java.util.concurrent.TimeUnit;

/**
 * The pages that the front-end was asked for and has not told of. Each is asked for once, and again
 * when the front-end tells of others long after.
 */
final class AskedPages {

  /** No more are asked for at a time. */
  static final int MOST = 64;

  /** Bytes that are asked for together: front-ends map no smaller pieces. */
  static final int PAGE = 4096;

  /** So long after it was asked for, a page may be asked for again. */
  private static final long LOST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  // In the order in which they were asked for.
  private final long[] address = new long[MOST];
  private final int[] permissions = new int[MOST];
  private final long[] askedAt = new long[MOST];
  private int count;

  /**
   * Returns whether to ask for an address, and if so notes it as asked for. What is not asked for
   * is to be tried again once the front-end has told of something.
   */
  boolean add(long wanted, int needed) {
    if (count == MOST || asked(wanted, needed)) {
      return false;
    }
    address[count] = wanted;
    permissions[count] = needed;
    askedAt[count] = System.nanoTime();
    count++;
    return true;
  }

  private boolean asked(long wanted, int needed) {
    for (int i = 0; i < count; i++) {
      if (((address[i] ^ wanted) & -PAGE) == 0 && permissions[i] == needed) {
        return true;
      }
    }
    return false;
  }

  private void forgetLost() {
    long now = System.nanoTime();
    int lost = 0;
    while (lost < count && now - askedAt[lost] > LOST_NANOS) {
      lost++;
    }
    remove(0, lost);
  }

  /** The front-end has told of something: what is in a table is not asked for any more. */
  void answered(MemoryTable table) {
    forgetLost();
    for (int i = count - 1; i >= 0; i--) {
      if (table.extent(address[i], permissions[i]) >= 0) {
        remove(i, i + 1);
      }
    }
  }

  private void remove(int from, int to) {
    System.arraycopy(address, to, address, from, count - to);
    System.arraycopy(permissions, to, permissions, from, count - to);
    System.arraycopy(askedAt, to, askedAt, from, count - to);
    count -= to - from;
  }
}
