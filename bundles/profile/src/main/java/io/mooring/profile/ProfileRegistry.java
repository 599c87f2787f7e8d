package io.mooring.profile;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.Profiles;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The profiles of this host, computed at every question from the engine and the devices that are
 * there now.
 */
@Component
public final class ProfileRegistry implements Profiles {

  private static final String OWN = "io.mooring.v1";

  /**
   * A guest is told an MTU only when the front-end asks for one, so this bounds guests that raised
   * theirs: jumbo frames are the most that is usual.
   */
  private static final int OWN_MTU = 9000;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile VirtqueueEngine engine;

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile List<DeviceType> devices;

  @Override
  public List<Profile> served() {
    VirtqueueEngine ring = engine;
    List<DeviceType> types = devices;
    if (ring == null || types == null) {
      return List.of();
    }
    return types.stream()
        .filter(type -> type.name().equals("net"))
        .map(type -> everything(ring, type))
        .limit(1)
        .toList();
  }

  @Override
  public Optional<Profile> latest(String device) {
    return served().stream().filter(profile -> profile.device().equals(device)).findFirst();
  }

  @Override
  public Optional<Profile> find(String name) {
    return served().stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  private static Profile everything(VirtqueueEngine ring, DeviceType type) {
    return new Profile(
        OWN,
        type.name(),
        ring.features() | type.features(),
        ring.maxSize(),
        type.maxQueues() / 2,
        OWN_MTU);
  }
}
