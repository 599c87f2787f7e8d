package io.mooring.api.device;

import io.mooring.api.virtqueue.Virtqueue;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One port's device. The worker of the device's group calls every method, so a device needs no
 * locks.
 */
@ConsumerType
public interface Device extends Agent {

  /**
   * The driver's features; before the first {@link #attach} of a session and whenever the front-end
   * acknowledges others.
   */
  void negotiated(long features);

  /** A queue started and is enabled. */
  void attach(Virtqueue queue);

  /** A queue stops or was disabled: the device forgets it before it returns. */
  void detach(int index);

  /**
   * The guest has arrived here with this MAC address (its lowest 48 bits): tell the network. Only
   * net devices care.
   */
  default void announce(long mac) {}

  /** Counters by name, in a sensible order: frames, bytes, drops by reason. */
  Map<String, Long> counters();
}
