package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.device.QueueFault;
import io.mooring.api.virtqueue.Virtqueue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** A device without work; it writes down what it is given. */
final class FakeDevice implements Device {

  final Set<Integer> attached = new ConcurrentSkipListSet<>();
  private final List<String> log;
  private Runnable configurationChanged = () -> {};

  /** What it was told last. */
  volatile String mtu = "";

  /** How often it was polled while it had no queue; the worker's. */
  int turnsWithoutQueue;

  /** What a poll throws, once, if not null. */
  volatile RuntimeException fault;

  /** What it meets when it announces, if not null. */
  volatile QueueFault brokenNeighbour;

  /** What it throws instead of telling its state, if not null. */
  volatile RuntimeException disorder;

  FakeDevice(List<String> log) {
    this.log = log;
  }

  @Override
  public String group() {
    return "test";
  }

  @Override
  public void joined() {
    log.add("joined");
  }

  @Override
  public void left() {
    log.add("left");
  }

  @Override
  public int poll() {
    RuntimeException thrown = fault;
    if (thrown != null) {
      fault = null;
      throw thrown;
    }
    turnsWithoutQueue += attached.isEmpty() ? 1 : 0;
    return 0;
  }

  @Override
  public boolean arm() {
    return fault != null;
  }

  @Override
  public void disarm() {}

  @Override
  public void reset(int queueNumber) {
    log.add("reset, %d pairs".formatted(queueNumber));
  }

  @Override
  public void link(boolean up) {
    log.add("link " + (up ? "up" : "down"));
    configurationChanged.run();
  }

  @Override
  public void onConfigurationChange(Runnable told) {
    configurationChanged = told;
  }

  @Override
  public void mtu(int bytes, boolean fixed) {
    mtu = bytes + (fixed ? " fixed" : "");
  }

  @Override
  public void negotiated(long features) {
    log.add("negotiated %x".formatted(features));
  }

  @Override
  public void attach(Virtqueue queue) {
    attached.add(queue.index());
    log.add("attached " + queue.index());
  }

  @Override
  public void detach(int index) {
    attached.remove(index);
    log.add("detached " + index);
  }

  @Override
  public void announce(long mac) {
    log.add("announced %x".formatted(mac));
    if (brokenNeighbour != null) {
      throw brokenNeighbour;
    }
  }

  @Override
  public byte[] configuration(int queueNumber) {
    return new byte[] {1, 2, (byte) queueNumber};
  }

  @Override
  public byte[] handOver() {
    if (disorder != null) {
      throw disorder;
    }
    return new byte[0];
  }

  @Override
  public byte[] save() {
    if (disorder != null) {
      throw disorder;
    }
    return "state".getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void load(byte[] state) {
    log.add("loads " + new String(state, StandardCharsets.UTF_8));
  }

  @Override
  public Map<String, Long> counters() {
    return Map.of("frames", 7L);
  }
}
