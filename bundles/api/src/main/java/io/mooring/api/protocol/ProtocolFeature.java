package io.mooring.api.protocol;

/**
 * Protocol feature bits (vhost-user, "Protocol features"), in their order; and behind them that of
 * the profile extension (docs/profile-extension.md).
 */
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
  SHMEM,
  PROFILE(48);

  private final int bit;

  ProtocolFeature() {
    bit = ordinal();
  }

  ProtocolFeature(int bit) {
    this.bit = bit;
  }

  /** The bit's number. */
  public int bit() {
    return bit;
  }

  /** The bit as a mask. */
  public long mask() {
    return 1L << bit;
  }

  /** Whether a protocol feature word has this bit. */
  public boolean in(long features) {
    return (features & mask()) != 0;
  }
}
