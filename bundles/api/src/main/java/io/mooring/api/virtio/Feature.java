package io.mooring.api.virtio;

/**
 * A virtio feature bit. The tables are {@link RingFeature} (the bits of every device), {@link
 * NetFeature} and {@link BlkFeature}.
 */
public sealed interface Feature permits RingFeature, NetFeature, BlkFeature {

  /** The bit's number, 0 to 63. */
  int bit();

  /** The name that QEMU and libvirt users know: QEMU's device property where there is one. */
  String property();

  /** The bit as a mask. */
  default long mask() {
    return 1L << bit();
  }

  /** Whether a feature word has this bit. */
  default boolean in(long features) {
    return (features & mask()) != 0;
  }
}
