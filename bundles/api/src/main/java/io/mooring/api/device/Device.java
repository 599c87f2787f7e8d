package io.mooring.api.device;

import io.mooring.api.virtqueue.Virtqueue;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One port's device. The worker of the device's group calls every method, so a device needs no
 * locks; devices of one group may touch each other's queues.
 */
@ConsumerType
public interface Device {

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
   * One turn of work, bounded: a burst of each queue at most.
   *
   * @return how many chains or frames were moved; 0 lets the worker go to sleep after a while
   * @throws io.mooring.api.virtqueue.QueueException when this port's guest broke a rule: the port's
   *     connection ends
   */
  int poll();

  /**
   * Asks for kicks on every queue that the device polls.
   *
   * @return whether work is there already
   */
  boolean arm();

  /** Takes back {@link #arm}. */
  void disarm();

  /**
   * A descriptor besides the queues' kicks that wakes the worker (an uplink's); -1 for none.
   * Constant.
   */
  default int wakeDescriptor() {
    return -1;
  }

  /** Counters by name, in a sensible order: frames, bytes, drops by reason. */
  Map<String, Long> counters();

  /** The port goes away; its queues are detached before. */
  void close();
}
