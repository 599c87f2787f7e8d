package io.mooring.api.swap;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Swaps rooms well: tried first, moved at burst boundaries, taken back when it fails. Any thread.
 */
@ProviderType
public interface Swapper {

  /**
   * Swaps a room; returns when the probation is over and the old bundle is gone. One at a time.
   *
   * @throws SwapException when all is as before: one line that says why
   */
  SwapReport swap(SwapRequest request) throws SwapException, InterruptedException;
}
