package io.mooring.net;

import io.mooring.api.virtio.NetFeature;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Which frames a driver wants (virtio 1.3, sections 5.1.6.5.1 to 5.1.6.5.3). A device begins with
 * all of them, as every other does, because older drivers do not ask.
 */
final class ReceiveFilter {

  /** The modes, each a bit; the numbers of the commands that switch them. */
  static final int PROMISC = 0;

  static final int ALLMULTI = 1;
  static final int ALLUNI = 2;
  static final int NOMULTI = 3;
  static final int NOUNI = 4;
  static final int NOBCAST = 5;
  static final int MODES = 6;

  /** No MAC address was told. */
  static final long UNKNOWN = -1;

  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int VLANS = 4096;
  private static final int VLAN = 0x8100;
  private static final int ETHERTYPE = 12;
  private static final int TAG_END = 16;

  private final MacList unicast = new MacList();
  private final MacList multicast = new MacList();
  private final long[] vlans = new long[VLANS / Long.SIZE];
  private int modes;
  private long mac;
  private boolean filtersVlans;

  ReceiveFilter() {
    reset();
  }

  void reset() {
    modes = 1 << PROMISC;
    mac = UNKNOWN;
    unicast.clear();
    multicast.clear();
    Arrays.fill(vlans, 0);
  }

  void negotiated(long features) {
    filtersVlans = NetFeature.CTRL_VLAN.in(features);
  }

  /** Whether there is anything to filter. */
  boolean active() {
    return !on(PROMISC);
  }

  private boolean on(int mode) {
    return (modes >>> mode & 1) != 0;
  }

  void mode(int mode, boolean wanted) {
    modes = wanted ? modes | (1 << mode) : modes & ~(1 << mode);
  }

  /** The driver's own address. */
  void mac(long address) {
    mac = address;
  }

  /** The other addresses that the driver wants. */
  void tables(MacList individual, MacList group) {
    unicast.set(individual);
    multicast.set(group);
  }

  /** Adds or removes a VLAN, 0 to 4095. */
  void vlan(int id, boolean wanted) {
    long bit = 1L << id;
    vlans[id / Long.SIZE] = wanted ? vlans[id / Long.SIZE] | bit : vlans[id / Long.SIZE] & ~bit;
  }

  /** Whether the driver wants a frame; only when {@link #active}. */
  boolean accepts(Frames frames, int frame) {
    if (filtersVlans && !acceptsVlan(frames, frame)) {
      return false;
    }
    long destination = frames.destination[frame];
    if (destination == BROADCAST) {
      return !on(NOBCAST);
    }
    if ((destination & 1) != 0) {
      return !on(NOMULTI) && (on(ALLMULTI) || multicast.has(destination));
    }
    // Whoever did not tell its address gets what the switch thinks is for it.
    return !on(NOUNI)
        && (on(ALLUNI) || mac == UNKNOWN || mac == destination || unicast.has(destination));
  }

  /** A tag without a VLAN tells a priority only (IEEE 802.1Q, 6.9). */
  private boolean acceptsVlan(Frames frames, int frame) {
    if (frames.length[frame] < TAG_END || frames.big16(frame, ETHERTYPE) != VLAN) {
      return true;
    }
    int id = frames.big16(frame, ETHERTYPE + 2) & (VLANS - 1);
    return id == 0 || (vlans[id / Long.SIZE] >>> id & 1) != 0;
  }

  void save(ByteBuffer to) {
    to.put((byte) modes).putLong(mac);
    unicast.save(to);
    multicast.save(to);
    for (long each : vlans) {
      to.putLong(each);
    }
  }

  void load(ByteBuffer from) {
    modes = from.get() & ((1 << MODES) - 1);
    mac = from.getLong();
    unicast.load(from);
    multicast.load(from);
    for (int i = 0; i < vlans.length; i++) {
      vlans[i] = from.getLong();
    }
  }
}
