package io.mooring.profile;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a host can do: for each device type, everything as one profile.
 *
 * @param engine who runs the rings, for people; empty while nobody does
 * @param devices by the device type
 */
record Host(String engine, NavigableMap<String, Profile> devices) {

  /** A host without an engine or a device. */
  static final Host EMPTY = new Host("", Collections.emptyNavigableMap());

  /** A device's frames are as long as virtio lets them be (virtio 1.3, section 5.1.4.1). */
  private static final int MAX_MTU = 65535;

  /** What an engine and devices do together. */
  static Host of(String engine, VirtqueueEngine ring, Collection<DeviceType> types) {
    var devices = new TreeMap<String, Profile>();
    for (DeviceType type : types) {
      // Of two, the one that came first serves the ports.
      devices.putIfAbsent(
          type.name(),
          device(type.name(), ring.features() | type.features(), ring.maxSize(), type.maxQueues()));
    }
    return new Host(engine, devices);
  }

  /** Everything as one profile, of a device with so many queues. */
  static Profile device(String type, long features, int maxRing, int queues) {
    boolean net = type.equals("net");
    return new Profile(type, type, features, maxRing, net ? queues / 2 : queues, net ? MAX_MTU : 0);
  }

  /** Why this host does not serve a profile, one line a value; empty when it does. */
  List<String> missing(Profile wanted) {
    if (engine.isEmpty()) {
      return List.of("no virtqueue engine");
    }
    Profile device = devices.get(wanted.device());
    return device == null
        ? List.of("no device " + wanted.device())
        : Comparison.missing(device, wanted);
  }

  /** The same host without what is switched off for a port. */
  Host without(Switches switches, String port) {
    var left = new TreeMap<String, Profile>();
    devices.forEach((type, all) -> {
      long features = all.features() & ~switches.mask(type, port);
      left.put(
          type,
          new Profile(all.name(), type, features, all.maxRing(), all.maxQueuePairs(), all.mtu()));
    });
    return new Host(engine, left);
  }
}
