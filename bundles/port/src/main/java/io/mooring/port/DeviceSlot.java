package io.mooring.port;

import io.mooring.api.device.Device;
import java.util.Collection;

/**
 * Where a port's device is: what it was told, and how another one takes its place. The worker's.
 */
final class DeviceSlot {

  private final Worker worker;
  private final AgentOwner owner;
  private final Runnable told;
  private final Collection<EngineQueue> queues;
  private final Terms terms = new Terms();
  private Device device;
  private boolean closed;

  /** What goes from one device to the next in its place. */
  static final class Luggage {

    private final byte[] saved;
    private final byte[] handedOver;

    /** Of a device that was not asked. */
    static final Luggage NONE = new Luggage(new byte[0], new byte[0]);

    private Luggage(byte[] saved, byte[] handedOver) {
      this.saved = saved;
      this.handedOver = handedOver;
    }
  }

  /**
   * Begins to poll a device.
   *
   * @param told hears of changes of its configuration space
   * @param queues those that run, at any time
   */
  DeviceSlot(
      Device device,
      Worker worker,
      AgentOwner owner,
      Runnable told,
      Collection<EngineQueue> queues) {
    this.device = device;
    this.worker = worker;
    this.owner = owner;
    this.told = told;
    this.queues = queues;
    device.onConfigurationChange(told);
    worker.add(device, owner);
  }

  Device device() {
    return device;
  }

  Terms terms() {
    return terms;
  }

  /** The device leaves with what the next one must know. */
  Luggage leave() {
    if (closed) {
      return Luggage.NONE;
    }
    byte[] handedOver = device.handOver();
    queues.forEach(queue -> device.detach(queue.index()));
    byte[] saved = device.save();
    worker.remove(device);
    return new Luggage(saved, handedOver);
  }

  /** A device that cannot leave in order is polled no more. */
  void throwOut() {
    if (closed) {
      return;
    }
    try {
      queues.forEach(queue -> device.detach(queue.index()));
    } catch (RuntimeException | LinkageError broken) {
      // It is not asked again.
    }
    worker.forget(device);
  }

  /** A device takes the place of the one that left, and has its queues. */
  void enter(Device other, Luggage luggage) {
    if (closed) {
      return;
    }
    device = other;
    device.onConfigurationChange(told);
    worker.add(device, owner);
    terms.tell(device);
    device.load(luggage.saved);
    device.takeOver(luggage.handedOver);
    queues.forEach(device::attach);
  }

  /** Polls the device no more. */
  void close() {
    closed = true;
    worker.remove(device);
  }
}
