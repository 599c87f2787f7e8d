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
  MEMORY_REGIONS(8 + 32, 8 + 8 * 32);

  private final int least;
  private final int most;

  Payload(int least, int most) {
    this.least = least;
    this.most = most;
  }

  boolean allows(int bytes) {
    return bytes >= least && bytes <= most;
  }

  @Override
  public String toString() {
    return least == most ? least + " bytes" : "%d to %d bytes".formatted(least, most);
  }
}
