package io.mooring.port;

import io.mooring.api.device.Device;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a device was told besides its queues, for another one in its place. The worker's. */
final class Terms {

  private OptionalInt queueNumber = OptionalInt.empty();
  private OptionalInt mtu = OptionalInt.empty();
  private OptionalLong features = OptionalLong.empty();
  private boolean mtuFixed;
  private boolean linkUp = true;

  void queueNumber(int number) {
    queueNumber = OptionalInt.of(number);
  }

  void mtu(int bytes, boolean fixed) {
    mtu = OptionalInt.of(bytes);
    mtuFixed = fixed;
  }

  void features(long acknowledged) {
    features = OptionalLong.of(acknowledged);
  }

  void link(boolean up) {
    linkUp = up;
  }

  /** Tells a device all of it, in the order in which a port does. */
  void tell(Device device) {
    queueNumber.ifPresent(device::reset);
    if (!linkUp) {
      device.link(false);
    }
    mtu.ifPresent(bytes -> device.mtu(bytes, mtuFixed));
    features.ifPresent(device::negotiated);
  }
}
