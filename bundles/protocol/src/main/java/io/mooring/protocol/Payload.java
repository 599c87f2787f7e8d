package io.mooring.protocol;

/** The payloads of requests by their size (vhost-user, "Message specification"). */
enum Payload {
  NONE(0, 0),
  /** A 64-bit value. */
  U64(8, 8),
  /** "A vring state description": index and value, 32 bits each. */
  VRING_STATE(8, 8),
  /** "A vring address description". */
  VRING_ADDRESS(40, 40),
  /** "Single memory region description": 64 bits of padding and a region. */
  MEMORY_REGION(40, 40),
  /** "Multiple memory regions description": a count, padding and up to 8 regions. */
  MEMORY_REGIONS(8 + 32, 8 + 8 * 32),
  /** "Log description": size and offset, 64 bits each. */
  LOG(16, 16),
  /** "An IOTLB message"; its C structure is padded. */
  IOTLB(26, 32),
  /** "Virtio device config space": offset, size and flags, 32 bits each, and the bytes. */
  CONFIG(12, 4096),
  /** "Inflight description"; its C structure is padded. */
  INFLIGHT(20, 24),
  /** "Device state transfer parameters": direction and phase, 32 bits each. */
  TRANSFER(8, 8),
  /** "VhostUserShared": a UUID. */
  UUID(16, 16),
  /** Printable ASCII without a zero at its end (docs/profile-extension.md). */
  TEXT(1, 4096),
  /** "Crypto session description", which is not read here. */
  CRYPTO_SESSION(0, 4096);

  private final int least;
  private final int most;

  Payload(int least, int most) {
    this.least = least;
    this.most = most;
  }

  boolean allows(int bytes) {
    // During post-copy, 64 bits acknowledge the answer to a message with regions.
    boolean regions = this == MEMORY_REGION || this == MEMORY_REGIONS;
    return (bytes >= least && bytes <= most) || (regions && bytes == Long.BYTES);
  }

  @Override
  public String toString() {
    return least == most ? least + " bytes" : "%d to %d bytes".formatted(least, most);
  }
}
