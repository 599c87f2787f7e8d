package io.mooring.memory;

import io.mooring.api.memory.Region;
import java.io.IOException;

/** What a region must be before it is mapped; every number in it is the front-end's. */
final class RegionRules {

  private RegionRules() {}

  static void check(Region region) throws IOException {
    if (region.size() <= 0) {
      throw refused(region, "its size must be 1 to 0x%x".formatted(Long.MAX_VALUE));
    }
    checkEnd(region, "guest", region.guestAddress());
    checkEnd(region, "user", region.userAddress());
    if (region.mmapOffset() < 0 || region.mmapOffset() > Long.MAX_VALUE - region.size()) {
      throw refused(region, "its offset and size must stay below 0x%x".formatted(Long.MAX_VALUE));
    }
  }

  /** For a region that passed {@link #check}. */
  static void checkInside(Region region, long fileSize) throws IOException {
    long end = region.mmapOffset() + region.size();
    if (end > fileSize) {
      throw refused(region, "it ends at 0x%x, its file at 0x%x".formatted(end, fileSize));
    }
  }

  private static void checkEnd(Region region, String name, long address) throws IOException {
    if (Long.compareUnsigned(address + region.size(), address) <= 0) {
      throw refused(region, "its %s address range must end below 2^64".formatted(name));
    }
  }

  private static IOException refused(Region region, String why) {
    return new IOException(region + ": " + why);
  }
}
