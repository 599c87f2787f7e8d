package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker touches of one port: the device and the queues that run. Every method moves to the
 * worker, so that a change takes effect at a burst boundary; when it returns, the worker has it.
 */
final class DataPlane {

  private final Device device;
  private final Worker worker;
  private final Map<Integer, Virtqueue> running = new TreeMap<>();

  /** Begins to poll the device; {@code told} hears of changes of its configuration space. */
  DataPlane(Device device, Worker worker, Worker.Owner owner, Runnable told) {
    this.device = device;
    this.worker = worker;
    device.onConfigurationChange(told);
    worker.add(device, owner);
  }

  Worker worker() {
    return worker;
  }

  /** Starts a queue and gives it to the device. */
  void start(VirtqueueEngine engine, QueueSetup setup, MemoryTable memory, long features) {
    worker.call(() -> {
      device.negotiated(features);
      Virtqueue queue = engine.open(setup, memory);
      running.put(setup.index(), queue);
      device.attach(queue);
      return null;
    });
  }

  /**
   * Takes a queue away and returns where it stopped, or {@code otherwise} when it was not running.
   */
  int stop(int index, int otherwise) {
    return worker.call(() -> {
      Virtqueue queue = running.remove(index);
      if (queue == null) {
        return otherwise;
      }
      device.detach(index);
      return queue.base();
    });
  }

  /** Takes all queues away at once, because the guest broke a rule. */
  void stopAll() {
    worker.call(() -> {
      running.keySet().forEach(device::detach);
      running.clear();
      return null;
    });
  }

  boolean runs(int index) {
    return worker.call(() -> running.containsKey(index));
  }

  /** Where a queue is now, or {@code otherwise} when it is not running. */
  int base(int index, int otherwise) {
    return worker.call(() -> running.containsKey(index) ? running.get(index).base() : otherwise);
  }

  /** The running queues use another memory table from now on. */
  void memory(MemoryTable table) {
    worker.call(() -> {
      running.values().forEach(queue -> queue.memory(table));
      return null;
    });
  }

  /** The driver begins anew. */
  void reset(int queueNumber) {
    worker.call(() -> {
      device.reset(queueNumber);
      return null;
    });
  }

  void link(boolean up) {
    worker.call(() -> {
      device.link(up);
      return null;
    });
  }

  void negotiated(long features) {
    worker.call(() -> {
      device.negotiated(features);
      return null;
    });
  }

  void mtu(int bytes, boolean fixed) {
    worker.call(() -> {
      device.mtu(bytes, fixed);
      return null;
    });
  }

  /** Another descriptor calls the driver from now on; the old one may be closed. */
  void call(int index, int eventfd) {
    worker.call(() -> {
      if (running.containsKey(index)) {
        running.get(index).call(eventfd);
      }
      return null;
    });
  }

  void announce(long mac) {
    worker.call(() -> {
      device.announce(mac);
      return null;
    });
  }

  byte[] configuration(int queueNumber) {
    return worker.call(() -> device.configuration(queueNumber));
  }

  /** What the device must remember when its VM moves. */
  byte[] save() {
    return worker.call(device::save);
  }

  /** The device takes over what another one saved. */
  void load(byte[] state) {
    worker.call(() -> {
      device.load(state);
      return null;
    });
  }

  Map<String, Long> counters() {
    return worker.call(device::counters);
  }

  /** Polls the device no more. */
  void close() {
    stopAll();
    worker.remove(device);
  }
}
