package io.mooring.api.memory;

import java.lang.invoke.VarHandle;

/**
 * The migration log that a front-end shares (vhost-user, "Migration"): a bitmap with one bit for
 * each page of guest memory, set when the back-end wrote to the page. The front-end reads and
 * clears it meanwhile, so bits are set atomically. Any number of threads.
 *
 * <p>What was written must be visible before a bit is set, and bits that are set already are not
 * set again. So a writer first writes, then calls {@link #settle} once, and then marks all that it
 * wrote.
 */
public final class DirtyLog {

  /** Bytes of guest memory that a bit stands for. */
  public static final int PAGE = 4096;

  private static final int PAGE_SHIFT = 12;

  private final long address;
  private final long pages;

  /**
   * A log that is mapped into this process.
   *
   * @param address host address of the bitmap's first byte, which stands for guest address 0
   * @param bytes the bitmap's size; pages beyond it are not logged
   */
  public DirtyLog(long address, long bytes) {
    this.address = address;
    pages = Math.clamp(bytes, 0, Long.MAX_VALUE / Byte.SIZE) * Byte.SIZE;
  }

  /** Lets everything that this thread wrote be seen before any bit that it marks from now on. */
  public void settle() {
    VarHandle.fullFence();
  }

  /**
   * Marks the pages of a guest address range. Any value is safe: what lies outside the bitmap is
   * ignored, a range that wraps ends at the top, and a length below 1 marks nothing.
   *
   * @param guestAddress the range's first byte (GPA)
   * @param length in bytes
   */
  public void mark(long guestAddress, long length) {
    long first = guestAddress >>> PAGE_SHIFT;
    long last = (guestAddress + (length - 1)) >>> PAGE_SHIFT;
    // Most ranges are a buffer on one page or two that are marked already; to look twice at the
    // same is faster than to ask whether it is.
    if ((last - first) >>> 1 != 0 || last >= pages || (mark(first) & mark(last)) == 0) {
      markEach(guestAddress, length);
    }
  }

  private void markEach(long guestAddress, long length) {
    if (length <= 0) {
      return;
    }
    long end = guestAddress + (length - 1);
    long last = Long.compareUnsigned(end, guestAddress) < 0 ? Long.MAX_VALUE : end >>> PAGE_SHIFT;
    for (long page = guestAddress >>> PAGE_SHIFT; page <= last && page < pages; page++) {
      if (mark(page) == 0) {
        set(page);
      }
    }
  }

  /** 1 when a page is marked, 0 when it is not. */
  private int mark(long page) {
    return HostMemory.getByte(address + (page >>> 3)) >>> (page & 7) & 1;
  }

  private void set(long page) {
    long at = address + (page >>> 3);
    // Atomic access is by aligned words of four bytes, wherever the bitmap starts.
    HostMemory.orInt(at & ~3L, 1 << ((at & 3) << 3 | (page & 7)));
  }
}
