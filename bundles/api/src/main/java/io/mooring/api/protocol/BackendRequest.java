package io.mooring.api.protocol;

/**
 * Requests of the back-end (vhost-user, "Back-end message types"), in the order of their numbers,
 * which begin at 1.
 */
public enum BackendRequest {
  IOTLB_MSG,
  CONFIG_CHANGE_MSG,
  VRING_HOST_NOTIFIER_MSG,
  VRING_CALL,
  VRING_ERR,
  SHARED_OBJECT_ADD,
  SHARED_OBJECT_REMOVE,
  SHARED_OBJECT_LOOKUP,
  SHMEM_MAP,
  SHMEM_UNMAP;

  /** The request's number on the wire. */
  public int number() {
    return ordinal() + 1;
  }
}
