package io.mooring.net;

import io.mooring.api.virtio.NetFeature;

/**
 * What one side of a frame leaves to the other (virtio 1.3, sections 5.1.6.2 and 5.1.6.4): a set of
 * gso_type values as a word, in which {@link NetHeader#GSO_NONE} stands for a checksum alone.
 */
final class Offloads {

  /** Nothing is left undone. */
  static final int NONE = 0;

  /** Bits of a gso_type that no type has. */
  private static final int UNKNOWN = 0xff & ~(NetHeader.GSO_ECN | 7);

  private Offloads() {}

  /**
   * What a driver with these features may leave to the device. The legacy GSO stands for all the
   * HOST features that there were then (section 5.1.3.2).
   */
  static int ofSender(long features) {
    boolean any = NetFeature.GSO.in(features);
    int set = when(NetFeature.CSUM.in(features), NetHeader.GSO_NONE);
    set |= when(any || NetFeature.HOST_TSO4.in(features), NetHeader.GSO_TCPV4);
    set |= when(any || NetFeature.HOST_TSO6.in(features), NetHeader.GSO_TCPV6);
    set |= when(any || NetFeature.HOST_UFO.in(features), NetHeader.GSO_UDP);
    set |= when(NetFeature.HOST_USO.in(features), NetHeader.GSO_UDP_L4);
    return any || NetFeature.HOST_ECN.in(features) ? withEcn(set) : set;
  }

  /**
   * What a driver takes undone.
   *
   * @param features the GUEST features that are on
   */
  static int ofReceiver(long features) {
    int set = when(NetFeature.GUEST_CSUM.in(features), NetHeader.GSO_NONE);
    set |= when(NetFeature.GUEST_TSO4.in(features), NetHeader.GSO_TCPV4);
    set |= when(NetFeature.GUEST_TSO6.in(features), NetHeader.GSO_TCPV6);
    set |= when(NetFeature.GUEST_UFO.in(features), NetHeader.GSO_UDP);
    // The type does not tell the IP version: one that takes only one of them gets segments.
    boolean uso = NetFeature.GUEST_USO4.in(features) && NetFeature.GUEST_USO6.in(features);
    set |= when(uso, NetHeader.GSO_UDP_L4);
    return NetFeature.GUEST_ECN.in(features) ? withEcn(set) : set;
  }

  /** Checksums and TCP of both versions, with ECN. */
  static int checksumAndTcp() {
    return withEcn(bit(NetHeader.GSO_NONE) | bit(NetHeader.GSO_TCPV4) | bit(NetHeader.GSO_TCPV6));
  }

  private static int withEcn(int set) {
    int tcp = set & (bit(NetHeader.GSO_TCPV4) | bit(NetHeader.GSO_TCPV6));
    return set | (tcp << 8);
  }

  private static int when(boolean condition, int gsoType) {
    return condition ? bit(gsoType) : 0;
  }

  private static int bit(int gsoType) {
    return 1 << ((gsoType & 7) | (gsoType >>> 4));
  }

  /** Whether a type is in a set; one that no specification knows is in none. */
  static boolean has(int set, int gsoType) {
    return (gsoType & UNKNOWN) == 0 && (set & bit(gsoType)) != 0;
  }
}
