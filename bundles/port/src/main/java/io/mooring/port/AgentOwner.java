package io.mooring.port;

import io.mooring.api.device.Agent;
import org.slf4j.LoggerFactory;

/** Who answers for an {@link Agent} that fails. */
interface AgentOwner {

  /** The port's name. */
  String name();

  /**
   * On the worker: take the agent's queues away and end the connection; {@code reason} is one line.
   */
  void fault(String reason);

  /** Whether all the guest's memory is still there. */
  boolean memoryIntact();

  /** Whether none of it is a hole in a file whose file system is full. */
  default boolean memoryTouchable() {
    return true;
  }

  /**
   * On the worker: the engine or the device failed by itself. Unless there is a way back, that is
   * the port's fault like a guest's.
   *
   * @param what failed
   */
  default void failed(String what, Throwable failure) {
    LoggerFactory.getLogger(AgentOwner.class).error("{}: {} failed", name(), what, failure);
    fault("internal error: " + failure);
  }
}
