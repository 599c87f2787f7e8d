package io.mooring.api.memory;

/**
 * One region of guest memory as the front-end described it (vhost-user, "Memory region
 * description").
 *
 * @param guestAddress where the guest sees it (GPA)
 * @param size in bytes
 * @param userAddress where the front-end mapped it (UVA)
 * @param mmapOffset where it starts in the file behind the descriptor, in bytes
 */
public record Region(long guestAddress, long size, long userAddress, long mmapOffset) {

  /** Whether the guest address ranges of two regions share a byte. */
  public boolean overlaps(Region other) {
    return Long.compareUnsigned(guestAddress, other.guestAddress + other.size) < 0
        && Long.compareUnsigned(other.guestAddress, guestAddress + size) < 0;
  }

  @Override
  public String toString() {
    return "region guest 0x%x size 0x%x user 0x%x offset 0x%x"
        .formatted(guestAddress, size, userAddress, mmapOffset);
  }
}
