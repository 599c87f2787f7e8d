package io.mooring.api.device;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that a worker thread polls: a port's device, or an uplink (registered as a service of
 * this type). The worker of its group calls every method, or, while that sleeps, a thread in its
 * place: never two at once, so agents of one group may touch each other without locks.
 */
@ConsumerType
public interface Agent {

  /**
   * Which agents must share a worker: those with an equal group. A net device's group is its
   * switch. Constant.
   */
  String group();

  /** The worker begins to poll this agent. */
  default void joined() {}

  /** The worker polls this agent no more. */
  default void left() {}

  /**
   * One turn of work, bounded: a burst of each queue at most.
   *
   * @return how many chains or frames were moved; 0 lets the worker go to sleep after a while
   * @throws io.mooring.api.virtqueue.QueueException when this port's guest broke a rule: the port's
   *     connection ends
   * @throws QueueFault when another port's guest did: that port's connection ends
   */
  int poll();

  /**
   * Asks for a wake-up at the next work: kicks on every queue that the agent polls.
   *
   * @return whether work is there already, so that the worker must not sleep
   */
  boolean arm();

  /**
   * Takes back {@link #arm}: no driver kicks any queue of the agent's. Also called after queues
   * were attached.
   */
  void disarm();

  /**
   * A descriptor besides the queues' kicks that wakes the worker (an uplink's); -1 for none.
   * Constant.
   */
  default int wakeDescriptor() {
    return -1;
  }
}
