package io.mooring.net;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which switch port a MAC address was last seen at. A fixed table with a short probe window: a
 * guest that floods it with addresses fills no more than its share and evicts none of the others'.
 */
final class MacTable {

  static final int NOT_KNOWN = -1;

  /** Port numbers are below. */
  static final int PORTS = 1 << 10;

  /**
   * Seconds after which an address that sent nothing is forgotten (IEEE 802.1Q's recommended ageing
   * time).
   */
  static final int AGEING_SECONDS = 300;

  /** The most addresses that one port may hold. */
  static final int SHARE = 1024;

  private static final int SLOTS = 1 << 14;
  private static final int WINDOW = 16;

  private static final int FREE = -1;

  private final long[] mac = new long[SLOTS + WINDOW];
  private final int[] seen = new int[SLOTS + WINDOW];

  /** In which stay of a port each address was learned: it is known as long as that lasts. */
  private final int[] stay = new int[SLOTS + WINDOW];

  /** The present stay of each port: the port's number, and above that which of its stays it is. */
  private final int[] present = IntStream.range(0, PORTS).toArray();

  private final int[] held = new int[PORTS];

  /** When aged addresses were last searched for: at most once a second, for a port that floods. */
  private int swept = Integer.MIN_VALUE;

  MacTable() {
    Arrays.fill(stay, FREE);
  }

  /** The port of an address, or {@link #NOT_KNOWN}. */
  int find(long address, int now) {
    int slot = slot(address);
    for (int i = slot; i < slot + WINDOW; i++) {
      if (mac[i] == address && known(i)) {
        return aged(i, now) ? NOT_KNOWN : port(i);
      }
    }
    return NOT_KNOWN;
  }

  /** An address sent a frame at a port. */
  void learn(long address, int at, int now) {
    int slot = slot(address);
    int free = NOT_KNOWN;
    for (int i = slot; i < slot + WINDOW; i++) {
      if (!known(i)) {
        free = free == NOT_KNOWN ? i : free;
      } else if (mac[i] == address) {
        seen[i] = now;
        if (port(i) != at) {
          free(i);
          take(i, at, now);
        }
        return;
      } else if (aged(i, now)) {
        free(i);
        free = free == NOT_KNOWN ? i : free;
      }
    }
    if (free != NOT_KNOWN) {
      mac[free] = address;
      seen[free] = now;
      take(free, at, now);
    }
  }

  /** Gives a free slot to a port, unless it has its share. */
  private void take(int slot, int at, int now) {
    if (held[at] >= SHARE && now != swept) {
      swept = now;
      freeAged(now);
    }
    if (held[at] < SHARE) {
      stay[slot] = present[at];
      held[at]++;
    }
  }

  private void freeAged(int now) {
    for (int i = 0; i < stay.length; i++) {
      if (known(i) && aged(i, now)) {
        free(i);
      }
    }
  }

  private void free(int slot) {
    held[port(slot)]--;
    stay[slot] = FREE;
  }

  private boolean known(int slot) {
    return present[stay[slot] & PORTS - 1] == stay[slot];
  }

  private int port(int slot) {
    return stay[slot] & PORTS - 1;
  }

  private boolean aged(int slot, int now) {
    return now - seen[slot] > AGEING_SECONDS;
  }

  /** Forgets every address of a port, at once: a guest that moves stands still meanwhile. */
  void forget(int gone) {
    present[gone] = present[gone] + PORTS & Integer.MAX_VALUE;
    held[gone] = 0;
  }

  /** The addresses of a port, each with the seconds since it sent something. */
  Map<Long, Integer> learned(int at, int now) {
    Map<Long, Integer> learned = new HashMap<>();
    for (int i = 0; i < stay.length; i++) {
      if (stay[i] == present[at] && !aged(i, now)) {
        learned.put(mac[i], now - seen[i]);
      }
    }
    return learned;
  }

  private static int slot(long address) {
    return (int) ((address * 0x9e37_79b9_7f4a_7c15L) >>> (64 - 14));
  }
}
