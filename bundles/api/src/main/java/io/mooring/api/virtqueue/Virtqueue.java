package io.mooring.api.virtqueue;

import io.mooring.api.memory.MemoryTable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One started virtqueue, seen from the device. Used by one worker thread at a time; the port moves
 * it between threads only at a burst boundary. A guest that breaks the ring's rules gets a {@link
 * QueueException}, and the queue is then to be left alone.
 */
@ProviderType
public interface Virtqueue {

  /** The queue's number at its port, from 0. */
  int index();

  /** Ring size in descriptors. */
  int size();

  /**
   * Gathers available chains.
   *
   * @param chains is filled from its start; what it held is forgotten
   * @param limit at most so many chains, and never more than fit
   * @return {@code chains.count}, 0 when the driver offers none
   */
  int take(Chains chains, int limit);

  /**
   * Gives the first {@code count} chains of the last {@link #take} back to the driver as used, with
   * {@code chains.written}, and calls the driver if it asked for that. The other chains return to
   * the ring as if they had not been taken.
   */
  void publish(Chains chains, int count);

  /** Whether the driver offers a chain now. Cheap; for polling. */
  boolean available();

  /**
   * Asks the driver for a kick at the next chain.
   *
   * @return whether a chain is there already, so that one must not sleep
   */
  boolean arm();

  /** Asks the driver for no kicks, while one polls. */
  void disarm();

  /** The index that GET_VRING_BASE answers: where the next {@link #take} begins. */
  int base();

  /** The eventfd that calls the driver; -1 for none. Owned by the port. */
  void call(int eventfd);

  /**
   * Uses another memory table from now on.
   *
   * @throws QueueException when the ring itself is not in it
   */
  void memory(MemoryTable table);
}
