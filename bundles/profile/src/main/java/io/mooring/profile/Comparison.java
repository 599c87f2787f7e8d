package io.mooring.profile;

import io.mooring.api.profile.Profile;
import java.util.ArrayList;
import java.util.List;

/** How two interfaces differ, and whether a host can serve one. */
final class Comparison {

  private Comparison() {}

  /** Lines that tell what another interface has otherwise. */
  static List<String> differences(Profile one, Profile other) {
    if (!one.device().equals(other.device())) {
      return List.of("device=%s, not %s".formatted(other.device(), one.device()));
    }
    FeatureNames names = FeatureNames.of(one.device());
    var lines = new ArrayList<String>();
    names.names(one.features() & ~other.features()).forEach(name -> lines.add(name + "=off"));
    names.names(other.features() & ~one.features()).forEach(name -> lines.add(name + "=on"));
    different(lines, Values.MAX_RING, one.maxRing(), other.maxRing());
    different(lines, Values.queuesKey(one.device()), one.maxQueuePairs(), other.maxQueuePairs());
    different(lines, Values.MTU, one.mtu(), other.mtu());
    return lines;
  }

  private static void different(List<String> lines, String key, int one, int other) {
    if (one != other) {
      lines.add("%s=%d, not %d".formatted(key, other, one));
    }
  }

  /**
   * The values of a profile that a host lacks; empty when the host serves it.
   *
   * @param host everything that it can do for the device type
   */
  static List<String> missing(Profile host, Profile wanted) {
    if (!host.device().equals(wanted.device())) {
      return List.of("device=%s".formatted(wanted.device()));
    }
    var lines = new ArrayList<String>();
    FeatureNames.of(wanted.device())
        .names(wanted.features() & ~host.features())
        .forEach(name -> lines.add(name + "=on"));
    lacks(lines, Values.MAX_RING, host.maxRing(), wanted.maxRing());
    lacks(lines, Values.queuesKey(wanted.device()), host.maxQueuePairs(), wanted.maxQueuePairs());
    lacks(lines, Values.MTU, host.mtu(), wanted.mtu());
    return lines;
  }

  private static void lacks(List<String> lines, String key, int host, int wanted) {
    if (host < wanted) {
      lines.add("%s=%d (at most %d here)".formatted(key, wanted, host));
    }
  }
}
