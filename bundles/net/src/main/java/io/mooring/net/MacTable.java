package io.mooring.net;

import java.util.Arrays;

/**
 * Which switch port a MAC address was last seen at. A fixed table with a short probe window: a
 * guest that floods it with addresses fills no more than its share and evicts none of the others'.
 */
final class MacTable {

  static final int NOT_KNOWN = -1;

  /**
   * Seconds after which an address that sent nothing is forgotten (IEEE 802.1Q's recommended ageing
   * time).
   */
  static final int AGEING_SECONDS = 300;

  /** The most addresses that one port may hold. */
  static final int SHARE = 1024;

  private static final int SLOTS = 1 << 14;
  private static final int WINDOW = 16;

  private final long[] mac = new long[SLOTS + WINDOW];
  private final int[] port = new int[SLOTS + WINDOW];
  private final int[] seen = new int[SLOTS + WINDOW];
  private final int[] held;

  /** A table for port numbers below {@code ports}. */
  MacTable(int ports) {
    held = new int[ports];
    Arrays.fill(port, NOT_KNOWN);
  }

  /** The port of an address, or {@link #NOT_KNOWN}. */
  int find(long address, int now) {
    int slot = slot(address);
    for (int i = slot; i < slot + WINDOW; i++) {
      if (mac[i] == address && port[i] != NOT_KNOWN) {
        return now - seen[i] <= AGEING_SECONDS ? port[i] : NOT_KNOWN;
      }
    }
    return NOT_KNOWN;
  }

  /** An address sent a frame at a port. */
  void learn(long address, int at, int now) {
    int slot = slot(address);
    int free = NOT_KNOWN;
    for (int i = slot; i < slot + WINDOW; i++) {
      if (port[i] == NOT_KNOWN) {
        free = free == NOT_KNOWN ? i : free;
      } else if (mac[i] == address) {
        seen[i] = now;
        if (port[i] != at) {
          held[port[i]]--;
          held[at]++;
          port[i] = at;
        }
        return;
      } else if (now - seen[i] > AGEING_SECONDS) {
        held[port[i]]--;
        port[i] = NOT_KNOWN;
        free = free == NOT_KNOWN ? i : free;
      }
    }
    if (free != NOT_KNOWN && held[at] < SHARE) {
      mac[free] = address;
      port[free] = at;
      seen[free] = now;
      held[at]++;
    }
  }

  /** Forgets every address of a port. */
  void forget(int gone) {
    for (int i = 0; i < port.length; i++) {
      if (port[i] == gone) {
        port[i] = NOT_KNOWN;
      }
    }
    held[gone] = 0;
  }

  private static int slot(long address) {
    return (int) ((address * 0x9e37_79b9_7f4a_7c15L) >>> (64 - 14));
  }
}
