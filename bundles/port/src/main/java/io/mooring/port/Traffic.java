package io.mooring.port;

/**
 * Chains that a net device has given back so far.
 *
 * @param fromDrivers with frames of guests
 * @param toDrivers with frames for guests
 */
record Traffic(long fromDrivers, long toDrivers) {

  static final Traffic NONE = new Traffic(0, 0);

  /** Of the queues that a port has now. */
  static Traffic of(VhostPort port) {
    return port.device().plane().map(plane -> of(port, plane)).orElse(NONE);
  }

  private static Traffic of(VhostPort port, DataPlane plane) {
    var watch = new Watch(port.settings().device(), plane);
    watch.look();
    return watch.traffic();
  }

  Traffic plus(Traffic other) {
    return new Traffic(fromDrivers + other.fromDrivers, toDrivers + other.toDrivers);
  }

  Traffic minus(Traffic other) {
    return new Traffic(fromDrivers - other.fromDrivers, toDrivers - other.toDrivers);
  }
}
