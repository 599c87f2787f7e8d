package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.BlkFeature;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which features need which (virtio 1.3, sections 5.1.3.1 and 5.2.5.2: "the device MUST NOT offer a
 * feature which requires another feature which was not offered", 2.2.2). GUEST_USO4 and GUEST_USO6
 * go together, although the specification does not say so: a packet's header does not tell which of
 * the two it is, so one without the other would promise what nobody could keep.
 */
final class Rules {

  private static final List<Rule> NET =
      List.of(
          needs(NetFeature.GUEST_TSO4, NetFeature.GUEST_CSUM),
          needs(NetFeature.GUEST_TSO6, NetFeature.GUEST_CSUM),
          needs(NetFeature.GUEST_ECN, NetFeature.GUEST_TSO4, NetFeature.GUEST_TSO6),
          needs(NetFeature.GUEST_UFO, NetFeature.GUEST_CSUM),
          needs(NetFeature.GUEST_USO4, NetFeature.GUEST_CSUM),
          needs(NetFeature.GUEST_USO6, NetFeature.GUEST_CSUM),
          needs(NetFeature.GUEST_USO4, NetFeature.GUEST_USO6),
          needs(NetFeature.GUEST_USO6, NetFeature.GUEST_USO4),
          needs(NetFeature.HOST_TSO4, NetFeature.CSUM),
          needs(NetFeature.HOST_TSO6, NetFeature.CSUM),
          needs(NetFeature.HOST_ECN, NetFeature.HOST_TSO4, NetFeature.HOST_TSO6),
          needs(NetFeature.HOST_UFO, NetFeature.CSUM),
          needs(NetFeature.HOST_USO, NetFeature.CSUM),
          needs(NetFeature.CTRL_RX, NetFeature.CTRL_VQ),
          needs(NetFeature.CTRL_VLAN, NetFeature.CTRL_VQ),
          needs(NetFeature.GUEST_ANNOUNCE, NetFeature.CTRL_VQ),
          needs(NetFeature.MQ, NetFeature.CTRL_VQ),
          needs(NetFeature.CTRL_MAC_ADDR, NetFeature.CTRL_VQ),
          needs(NetFeature.NOTF_COAL, NetFeature.CTRL_VQ),
          needs(NetFeature.RSC_EXT, NetFeature.HOST_TSO4, NetFeature.HOST_TSO6),
          needs(NetFeature.RSS, NetFeature.CTRL_VQ),
          needs(NetFeature.VQ_NOTF_COAL, NetFeature.CTRL_VQ),
          needs(NetFeature.HASH_TUNNEL, NetFeature.CTRL_VQ),
          needs(NetFeature.HASH_TUNNEL, NetFeature.RSS, NetFeature.HASH_REPORT));

  private static final List<Rule> BLK =
      List.of(
          needs(BlkFeature.CONFIG_WCE, BlkFeature.FLUSH),
          needs(BlkFeature.ZONED, RingFeature.VERSION_1));

  /**
   * A legacy interface reaches bits 0 to 31 only ("Legacy Interfaces: A Note on PCI Device
   * Layout").
   */
  private static final List<Rule> RING =
      Stream.of(RingFeature.values())
          .filter(feature -> feature.bit() > RingFeature.VERSION_1.bit())
          .map(feature -> needs(feature, RingFeature.VERSION_1))
          .toList();

  private Rules() {}

  /** A feature needs at least one of others. */
  private record Rule(Feature feature, List<Feature> anyOf) {

    boolean broken(long features) {
      return feature.in(features) && anyOf.stream().noneMatch(other -> other.in(features));
    }

    String said() {
      return "%s=on needs %s"
          .formatted(
              feature.property(),
              anyOf.stream().map(Feature::property).collect(Collectors.joining(" or ")));
    }
  }

  private static Rule needs(Feature feature, Feature... anyOf) {
    return new Rule(feature, List.of(anyOf));
  }

  private static Stream<Rule> of(String device) {
    return Stream.concat(device.equals("net") ? NET.stream() : BLK.stream(), RING.stream());
  }

  /** The features whose needs are not met, as a mask. */
  static long unmet(String device, long features) {
    return of(device)
        .filter(rule -> rule.broken(features))
        .mapToLong(rule -> rule.feature().mask())
        .reduce(0, (a, b) -> a | b);
  }

  /**
   * Refuses a profile that the specification forbids.
   *
   * @param admitted features whose needs the real back-end leaves unmet, and the profile says so
   * @throws IllegalArgumentException with the reason
   */
  static void require(Profile profile, long admitted) {
    refuseReserved(profile);
    of(profile.device())
        .filter(rule -> rule.broken(profile.features()) && !rule.feature().in(admitted))
        .findFirst()
        .ifPresent(rule -> {
          throw new IllegalArgumentException(
              "%s (or, where a back-end really offers it so, unmet=%s)"
                  .formatted(rule.said(), rule.feature().property()));
        });
    long met = admitted & ~unmet(profile.device(), profile.features());
    if (met != 0) {
      throw new IllegalArgumentException(
          "unmet=%s is not so: what it needs is on, or it is off itself"
              .formatted(FeatureNames.of(profile.device()).names(met).getFirst()));
    }
  }

  private static void refuseReserved(Profile profile) {
    FeatureNames names = FeatureNames.of(profile.device());
    if (RingFeature.PROTOCOL_FEATURES.in(profile.features())) {
      throw new IllegalArgumentException(
          "protocol_features=on is the vhost-user channel's own and no guest sees it: leave it"
              + " out");
    }
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((profile.features() >>> bit & 1) != 0 && !names.defined(bit)) {
        boolean device = bit < 24 || bit >= 50;
        throw new IllegalArgumentException(
            "%s=on is reserved in virtio 1.3 for %s, so no profile may have it"
                .formatted(names.name(bit), device ? "the device type" : "extensions"));
      }
    }
  }
}
