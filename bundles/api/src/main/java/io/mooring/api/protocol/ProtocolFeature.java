package io.mooring.api.protocol;

/** Protocol feature bits (vhost-user, "Protocol features"). */
public enum ProtocolFeature {
  MQ,
  LOG_SHMFD,
  RARP,
  REPLY_ACK,
  NET_MTU,
  BACKEND_REQ,
  CROSS_ENDIAN,
  CRYPTO_SESSION,
  PAGEFAULT,
  CONFIG,
  BACKEND_SEND_FD,
  HOST_NOTIFIER,
  INFLIGHT_SHMFD,
  RESET_DEVICE,
  INBAND_NOTIFICATIONS,
  CONFIGURE_MEM_SLOTS,
  STATUS,
  XEN_MMAP,
  SHARED_OBJECT,
  DEVICE_STATE,
  GET_VRING_BASE_INFLIGHT,
  GPA_ADDRESSES,
  SHMEM;

  /** The bit as a mask. */
  public long mask() {
    return 1L << ordinal();
  }

  /** Whether a protocol feature word has this bit. */
  public boolean in(long features) {
    return (features & mask()) != 0;
  }
}
