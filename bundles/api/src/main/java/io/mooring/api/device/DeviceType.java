package io.mooring.api.device;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** A kind of device that ports may have; registered as a service. Any thread. */
@ConsumerType
public interface DeviceType {

  /** The short name, as a profile's {@code device=} has it: {@code net}, {@code blk}. */
  String name();

  /** The virtio feature bits that are the device's to serve. */
  long features();

  /** The most queues a device has. */
  int maxQueues();

  /**
   * Which devices must share a worker thread: those with an equal group. A net device's group is
   * its switch.
   *
   * @param settings of the port
   */
  String group(Map<String, String> settings);

  /**
   * Makes the device of a port; it gets its queues later.
   *
   * @param port the port's name, for logs and counters
   * @param settings of the port: {@code switch}, {@code mtu} and the like
   * @throws IllegalArgumentException when a setting is wrong; the message names it and what is
   *     allowed
   */
  Device open(String port, Map<String, String> settings);
}
