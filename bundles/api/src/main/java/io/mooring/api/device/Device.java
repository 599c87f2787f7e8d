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
   * The driver begins anew, because a front-end connected or the device was reset: what it asked
   * for before is forgotten. No queue is attached.
   *
   * @param queueNumber what GET_QUEUE_NUM answers: of a net device, queue pairs
   */
  default void reset(int queueNumber) {}

  /**
   * The driver's features; before the first {@link #attach} of a session and whenever the front-end
   * acknowledges others.
   */
  void negotiated(long features);

  /**
   * The MTU of the interface, before the first {@link #attach} of a session and when the front-end
   * says a smaller one (NET_SET_MTU). Only net devices have one.
   *
   * @param bytes of a frame behind its Ethernet header and VLAN tags
   * @param fixed whether it holds also for a driver that did not acknowledge VIRTIO_NET_F_MTU,
   *     because the port is pinned to a profile or somebody named the MTU
   */
  default void mtu(int bytes, boolean fixed) {}

  /** A queue started and is enabled. */
  void attach(Virtqueue queue);

  /** A queue stops or was disabled: the device forgets it before it returns. */
  void detach(int index);

  /**
   * The guest has arrived here with this MAC address (its lowest 48 bits): tell the network. Only
   * net devices care.
   */
  default void announce(long mac) {}

  /**
   * The operator takes the device's link away or gives it back; it is there at first. Only net
   * devices have one.
   */
  default void link(boolean up) {}

  /**
   * Whom to tell when the {@link #configuration} changes by itself; before anything else. What it
   * is told may be called from every method here and does not block.
   */
  default void onConfigurationChange(Runnable told) {}

  /**
   * The configuration space as the driver sees it (virtio 1.3, section 2.5), little-endian.
   *
   * @param queueNumber what GET_QUEUE_NUM answers: of a net device, queue pairs
   * @return empty when the device leaves it to the front-end
   */
  default byte[] configuration(int queueNumber) {
    return new byte[0];
  }

  /**
   * What the device must remember when its VM moves and no ring or feature tells; its own form. All
   * queues are detached.
   */
  default byte[] save() {
    return new byte[0];
  }

  /**
   * Takes over what {@link #save} gave, perhaps in another version.
   *
   * @throws IllegalArgumentException when it is malformed; the message names the value
   */
  default void load(byte[] state) {
    if (state.length > 0) {
      throw new IllegalArgumentException(
          "device state of %d bytes: this device has none".formatted(state.length));
    }
  }

  /**
   * What a device of another version in this one's place, at the same port, must know besides
   * {@link #save}: what was learned of the network, counters; its own form. Its queues are still
   * attached. All devices of a group hand over and leave before the first takes over.
   */
  default byte[] handOver() {
    return new byte[0];
  }

  /**
   * Takes over what {@link #handOver} gave, after {@link #load} and before the queues come; what is
   * unknown of it is left alone.
   */
  default void takeOver(byte[] state) {}

  /** Counters by name, in a sensible order: frames, bytes, drops by reason. */
  Map<String, Long> counters();
}
