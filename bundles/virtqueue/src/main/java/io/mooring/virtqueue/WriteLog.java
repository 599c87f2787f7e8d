package io.mooring.virtqueue;

import io.mooring.api.memory.DirtyLog;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;

/**
 * Marks in the migration log what a queue wrote, after it wrote it. The log goes by guest
 * addresses, so host addresses are led back through the regions, whatever address the guest gave.
 */
final class WriteLog {

  private final DirtyLog log;
  private final MemoryTable table;

  // The region of the last write.
  private long hotHost;
  private long hotSize;
  private long hotGuest;

  WriteLog(DirtyLog log, MemoryTable table) {
    this.log = log;
    this.table = table;
  }

  /** Everything written so far is seen by whoever finds it marked. */
  void settle() {
    log.settle();
  }

  /** Marks what the device wrote into chains: the first bytes of what it may write. */
  void chains(Chains chains, int count) {
    if (!written(chains, count)) {
      return;
    }
    int[] first = chains.first;
    int[] readable = chains.readable;
    int[] written = chains.written;
    long[] address = chains.address;
    for (int i = 0; i < count; i++) {
      int segment = first[i] + readable[i];
      if (written[i] > 0) {
        if (segment + 1 == first[i + 1]) {
          host(address[segment], written[i]);
        } else {
          segments(chains, segment, first[i + 1], written[i]);
        }
      }
    }
  }

  /** Whether anything was: a burst that was only read is done with at once. */
  private static boolean written(Chains chains, int count) {
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes |= chains.written[i];
    }
    return bytes != 0;
  }

  private void segments(Chains chains, int from, int to, int written) {
    int left = written;
    for (int segment = from; left > 0 && segment < to; segment++) {
      int part = Math.min(left, chains.length[segment]);
      host(chains.address[segment], part);
      left -= part;
    }
  }

  /** Marks a range by its host address. */
  void host(long address, long length) {
    long offset = address - hotHost;
    if (offset >= 0 && length <= hotSize - offset) {
      log.mark(hotGuest + offset, length);
    } else {
      regions(address, length);
    }
  }

  private void regions(long address, long length) {
    long at = address;
    long left = length;
    // A range may lie in two regions that are adjacent here and not in the guest.
    while (left > 0 && (inHotRegion(at) || findRegion(at))) {
      long offset = at - hotHost;
      long part = Math.min(left, hotSize - offset);
      log.mark(hotGuest + offset, part);
      at += part;
      left -= part;
    }
  }

  /** Marks a range by its guest address. */
  void guest(long address, long length) {
    log.mark(address, length);
  }

  private boolean inHotRegion(long address) {
    long offset = address - hotHost;
    return offset >= 0 && offset < hotSize;
  }

  private boolean findRegion(long address) {
    for (MappedRegion each : table.regions()) {
      long offset = address - each.hostAddress();
      if (offset >= 0 && offset < each.region().size()) {
        hotHost = each.hostAddress();
        hotSize = each.region().size();
        hotGuest = each.region().guestAddress();
        return true;
      }
    }
    return false;
  }
}
