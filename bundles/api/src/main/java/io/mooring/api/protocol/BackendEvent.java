package io.mooring.api.protocol;

/** What a back-end has to tell its front-end unasked, see {@link Protocol#request}. */
public sealed interface BackendEvent {

  /**
   * An access waits for a mapping.
   *
   * @param iova the address without one
   * @param permissions what the access needs, as in {@link io.mooring.api.memory.Iotlb.Entry}
   */
  record IotlbMiss(long iova, int permissions) implements BackendEvent {}

  /** The device's configuration space changed. */
  record ConfigurationChanged() implements BackendEvent {}

  /** The driver is to be called for a queue that has no call descriptor. */
  record QueueCall(int queue) implements BackendEvent {}

  /** A queue that has no error descriptor runs no more. */
  record QueueError(int queue) implements BackendEvent {}
}
