package io.mooring.api.protocol;

import org.osgi.annotation.versioning.ProviderType;

/**
 * What the front-end said of one queue. A queue runs while it has a size, addresses and a kick, and
 * is enabled.
 */
@ProviderType
public interface QueueSession {

  /** The ring size in descriptors, checked by the caller against {@link Session#maxRing()}. */
  void size(int descriptors) throws ProtocolException;

  /** Where the ring begins (SET_VRING_BASE). */
  void base(int base) throws ProtocolException;

  /**
   * The ring's addresses, in the specification's order.
   *
   * @param usedLog the guest address at which writes to the used ring are logged, or {@link
   *     io.mooring.api.virtqueue.QueueSetup#NO_LOG}
   */
  void addresses(long descriptors, long used, long available, long usedLog)
      throws ProtocolException;

  /**
   * The descriptor that kicks the queue; starts it.
   *
   * @param descriptor owned by the session from now on, also when it throws; -1 when the back-end
   *     shall poll
   */
  void kick(int descriptor) throws ProtocolException;

  /** The descriptor that calls the driver; owned by the session from now on; -1 for none. */
  void call(int descriptor) throws ProtocolException;

  /** The descriptor that reports errors; owned by the session from now on; -1 for none. */
  void error(int descriptor) throws ProtocolException;

  /** The driver offers buffers (VRING_KICK); starts a queue that has no kick descriptor. */
  void kicked() throws ProtocolException;

  /** Enables or disables the queue (SET_VRING_ENABLE). */
  void enable(boolean enabled) throws ProtocolException;

  /**
   * Stops the queue (GET_VRING_BASE) and tells where it stopped; nothing of the guest is touched
   * from then on.
   */
  int stop();
}
