package io.mooring.api.memory;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Maps and unmaps regions of guest memory. Any thread; one region is handled by one thread at a
 * time.
 */
@ProviderType
public interface GuestMemory {

  /** How many regions a port may have (vhost-user GET_MAX_MEM_SLOTS). */
  int slots();

  /**
   * Maps a region.
   *
   * @param descriptor stays the caller's
   * @throws IOException when the region wraps, is empty, or is not wholly inside its file; the
   *     message names the value and the limit
   */
  MappedRegion map(Region region, int descriptor) throws IOException;

  /** Unmaps a region; its descriptor stays open. No engine may use it any more. */
  void unmap(MappedRegion region);

  /**
   * Whether the file behind the region still holds all of it: a front-end may have truncated it.
   */
  boolean intact(MappedRegion region);
}
