package io.mooring.net;

import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;

/** The commands of a net device's control queue (virtio 1.3, section 5.1.6.5). */
final class ControlCommands {

  private static final int RX = 0;
  private static final int MAC = 1;
  private static final int VLAN = 2;
  private static final int ANNOUNCE = 3;
  private static final int MQ = 4;
  private static final int GUEST_OFFLOADS = 5;

  private static final int MAC_TABLE_SET = 0;
  private static final int MAC_ADDR_SET = 1;
  private static final int VLAN_ADD = 0;
  private static final int VLAN_DEL = 1;
  private static final int ANNOUNCE_ACK = 0;
  private static final int MQ_VQ_PAIRS_SET = 0;
  private static final int MQ_RSS_CONFIG = 1;
  private static final int MQ_HASH_CONFIG = 2;
  private static final int GUEST_OFFLOADS_SET = 0;

  private static final int MAC_BYTES = 6;
  private static final int MAX_VLAN = 4095;

  /** More than any driver says; a guest that says more costs the worker nothing. */
  private static final int MAX_BYTES = 1 << 16;

  private static final long SWITCHABLE =
      NetFeature.GUEST_CSUM.mask()
          | NetFeature.GUEST_TSO4.mask()
          | NetFeature.GUEST_TSO6.mask()
          | NetFeature.GUEST_ECN.mask()
          | NetFeature.GUEST_UFO.mask()
          | NetFeature.GUEST_USO4.mask()
          | NetFeature.GUEST_USO6.mask();

  private final ControlState state;
  private final HashCommands hashing;

  /** What a table command says, before it is known to be right. */
  private final MacList unicast = new MacList();

  private final MacList multicast = new MacList();
  private long features;
  private int maxPairs = 1;

  ControlCommands(ControlState state) {
    this.state = state;
    hashing = new HashCommands(state);
  }

  void negotiated(long acknowledged) {
    features = acknowledged;
    state.filter.negotiated(acknowledged);
  }

  void maxPairs(int pairs) {
    maxPairs = pairs;
  }

  /** Does a command; returns whether it was right. A wrong one changes nothing. */
  boolean run(Command command) {
    if (command.left() < 2 || command.left() > MAX_BYTES) {
      return false;
    }
    int kind = (int) command.number(1);
    int number = (int) command.number(1);
    return switch (kind) {
      case RX -> mode(number, command);
      case MAC ->
          switch (number) {
            case MAC_TABLE_SET -> has(NetFeature.CTRL_RX) && macTable(command);
            case MAC_ADDR_SET ->
                takes(NetFeature.CTRL_MAC_ADDR, command, MAC_BYTES) && mac(command);
            default -> false;
          };
      case VLAN ->
          switch (number) {
            case VLAN_ADD -> takes(NetFeature.CTRL_VLAN, command, 2) && vlan(command, true);
            case VLAN_DEL -> takes(NetFeature.CTRL_VLAN, command, 2) && vlan(command, false);
            default -> false;
          };
      case ANNOUNCE ->
          number == ANNOUNCE_ACK && takes(NetFeature.GUEST_ANNOUNCE, command, 0) && announced();
      case MQ ->
          switch (number) {
            case MQ_VQ_PAIRS_SET -> takes(NetFeature.MQ, command, 2) && pairs(command);
            case MQ_RSS_CONFIG -> has(NetFeature.RSS) && hashing.steer(command, maxPairs);
            case MQ_HASH_CONFIG -> has(NetFeature.HASH_REPORT) && hashing.report(command);
            default -> false;
          };
      case GUEST_OFFLOADS ->
          number == GUEST_OFFLOADS_SET
              && takes(NetFeature.CTRL_GUEST_OFFLOADS, command, 8)
              && offloads(command);
      default -> false;
    };
  }

  private boolean has(Feature feature) {
    return feature.in(features);
  }

  /** Whether a command is there at all and comes with so many bytes. */
  private boolean takes(Feature feature, Command command, int bytes) {
    return has(feature) && command.left() == bytes;
  }

  private boolean mode(int mode, Command command) {
    Feature feature =
        mode <= ReceiveFilter.ALLMULTI ? NetFeature.CTRL_RX : NetFeature.CTRL_RX_EXTRA;
    if (mode >= ReceiveFilter.MODES || !takes(feature, command, 1)) {
      return false;
    }
    state.filter.mode(mode, command.number(1) != 0);
    return true;
  }

  private boolean mac(Command command) {
    long mac = command.number(MAC_BYTES);
    if (group(mac) || mac == 0) {
      return false;
    }
    state.filter.mac(mac);
    return true;
  }

  private static boolean group(long mac) {
    return (mac & 1) != 0;
  }

  /** Two lists, each of a number of entries and the entries; both are checked first. */
  private boolean macTable(Command command) {
    unicast.clear();
    multicast.clear();
    if (list(command, unicast) && list(command, multicast) && command.left() == 0) {
      state.filter.tables(unicast, multicast);
      return true;
    }
    return false;
  }

  private static boolean list(Command command, MacList to) {
    if (command.left() < Integer.BYTES) {
      return false;
    }
    long entries = command.number(Integer.BYTES);
    if (entries > command.left() / MAC_BYTES) {
      return false;
    }
    for (long i = 0; i < entries; i++) {
      to.add(command.number(MAC_BYTES));
    }
    return true;
  }

  private boolean vlan(Command command, boolean wanted) {
    int id = (int) command.number(2);
    if (id > MAX_VLAN) {
      return false;
    }
    state.filter.vlan(id, wanted);
    return true;
  }

  private boolean announced() {
    state.announce = false;
    return true;
  }

  private boolean pairs(Command command) {
    int pairs = (int) command.number(2);
    if (pairs < 1 || pairs > maxPairs) {
      return false;
    }
    state.pairs = pairs;
    state.steering.release();
    return true;
  }

  private boolean offloads(Command command) {
    long wanted = command.number(8);
    if ((wanted & ~(features & SWITCHABLE)) != 0) {
      return false;
    }
    state.offloads = wanted;
    return true;
  }
}
