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
   * <p>A chain that an IOMMU does not map yet ends the burst: those before it are given, the
   * front-end is asked ({@link io.mooring.api.memory.MemoryTable#missing}), and the queue offers
   * nothing more until {@link #memory} brings another table. The same when the ring is not mapped.
   *
   * @param chains is filled from its start; what it held is forgotten
   * @param limit at most so many chains, and never more than fit
   * @return {@code chains.count}, 0 when the driver offers none
   */
  int take(Chains chains, int limit);

  /**
   * Gives the first {@code count} chains of the last {@link #take} back to the driver as used, with
   * {@code chains.written}, and calls the driver if it asked for that. The other chains return to
   * the ring as if they had not been taken. During a migration the bytes written are logged: in
   * each of these chains the first {@code written} of its writable ones.
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

  /**
   * What GET_VRING_BASE answers: where the next {@link #take} begins, in the form of {@link
   * QueueSetup#base}. Chains that were in flight in a region at the start and are not published yet
   * are before it, and still in flight in the region.
   */
  int base();

  /** The eventfd that calls the driver; -1 for none. Owned by the port. */
  void call(int eventfd);

  /**
   * Uses another memory table from now on. Between bursts only: no chain is taken.
   *
   * @throws QueueException when the ring itself is not in it; with an IOMMU that is a miss, and the
   *     queue offers nothing until a table has it
   */
  void memory(MemoryTable table);
}
