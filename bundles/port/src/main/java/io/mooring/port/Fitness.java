package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.api.swap.SwapException;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether an engine and a device can serve together what a port has promised. */
final class Fitness {

  private Fitness() {}

  /**
   * Compares what a newcomer brings with what is promised.
   *
   * @throws SwapException when something is missing; names the port and the first that is
   */
  static void check(VhostPort port, String newcomer, VirtqueueEngine engine, DeviceType device)
      throws SwapException {
    Optional<Profile> promised = port.facts().promised();
    if (promised.isEmpty()) {
      return;
    }
    Profile profile = promised.get();
    long lacking = profile.features() & ~(engine.features() | device.features());
    if (lacking != 0) {
      throw lacks(port, profile, newcomer, name(Long.numberOfTrailingZeros(lacking)));
    }
    if (profile.maxRing() > engine.maxSize()) {
      throw lacks(port, profile, newcomer, "max_ring=" + profile.maxRing());
    }
    int queues = profile.maxQueuePairs() * (profile.device().equals("net") ? 2 : 1);
    if (queues > device.maxQueues()) {
      throw lacks(port, profile, newcomer, "max_queue_pairs=" + profile.maxQueuePairs());
    }
  }

  private static SwapException lacks(
      VhostPort port, Profile profile, String newcomer, String what) {
    return new SwapException(
        "port %s is pinned to profile %s, for which %s lacks %s"
            .formatted(port.name(), profile.name(), newcomer, what));
  }

  private static String name(int bit) {
    return Stream.<Feature>concat(
            Arrays.stream(RingFeature.values()), Arrays.stream(NetFeature.values()))
        .filter(feature -> feature.bit() == bit)
        .map(Feature::property)
        .findFirst()
        .orElse("bit" + bit);
  }
}
