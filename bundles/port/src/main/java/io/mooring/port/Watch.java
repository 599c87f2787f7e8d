package io.mooring.port;

import io.mooring.api.virtqueue.QueueSetup;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Watches one port's queues while what serves them is on probation: that they move, and that no
 * chain is lost between the ring and the device. Looks through the worker, between two turns.
 */
final class Watch {

  /** Chains that wait so long although the worker polls are not going to be taken. */
  private static final long STALL_NANOS = 500_000_000;

  private final DataPlane plane;
  private final boolean net;
  private final Map<Integer, Look> looks = new HashMap<>();

  /** Chains given back so far: from drivers, and to drivers (of a net device). */
  private long fromDrivers;

  private long toDrivers;

  /** Whether a driver has buffers for frames in a ring. */
  private boolean receives;

  /** What was seen of a queue, and since when it is the same. */
  private record Look(int position, long takes, long since) {}

  /** What is wrong, in one line, and whether chains are lost by it. */
  record Finding(String why, boolean lost) {}

  /**
   * Has seen nothing yet.
   *
   * @param device the type of the plane's device
   */
  Watch(String device, DataPlane plane) {
    this.plane = plane;
    net = device.equals("net");
  }

  /** Of all queues, when last looked. */
  Traffic traffic() {
    return new Traffic(fromDrivers, toDrivers);
  }

  boolean receives() {
    return receives;
  }

  /** Looks; empty when all is well. */
  Optional<Finding> look() {
    return plane
        .worker()
        .call(() -> {
          fromDrivers = 0;
          toDrivers = 0;
          receives = false;
          Optional<Finding> found = Optional.empty();
          for (EngineQueue queue : plane.queues()) {
            Optional<Finding> here = look(queue);
            found = found.isEmpty() ? here : found;
          }
          return found;
        });
  }

  private Optional<Finding> look(EngineQueue queue) {
    Progress progress = queue.progress();
    if (polled(queue)) {
      fromDrivers += queue.given();
    } else {
      toDrivers += queue.given();
    }
    int position = queue.base();
    if (progress.watched() && !progress.agrees(position)) {
      return Optional.of(
          new Finding(
              "queue %d: the engine is at 0x%x, its device at 0x%x: chains are lost"
                  .formatted(queue.index(), position, progress.position()),
              true));
    }
    return stalled(queue, position);
  }

  private Optional<Finding> stalled(EngineQueue queue, int position) {
    QueueSetup setup = queue.setup();
    long takes = queue.takes();
    Look before = looks.get(queue.index());
    boolean waits = RingProbe.offers(setup, plane.table(), position);
    receives |= waits && !polled(queue);
    // A receive queue's buffers wait for frames: it stalls when frames came and had none.
    boolean asked = polled(queue) || (before != null && takes > before.takes);
    long now = System.nanoTime();
    if (!waits || !asked || before == null || before.position != position) {
      looks.put(queue.index(), new Look(position, takes, now));
      return Optional.empty();
    }
    if (now - before.since < STALL_NANOS) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            "queue %d: chains wait for %d ms and none is moved"
                .formatted(queue.index(), (now - before.since) / 1_000_000),
            false));
  }

  /** Whether a queue's chains are work by themselves; a net device's receive buffers are not. */
  private boolean polled(EngineQueue queue) {
    return !net || queue.index() % 2 == 1;
  }
}
