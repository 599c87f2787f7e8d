package io.mooring.api.os;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Waits for descriptors to become readable (epoll, edge-triggered: each becoming readable, and each
 * signal of an eventfd, is told once, whether it is read or not). One thread waits; any thread adds
 * and removes.
 */
@ProviderType
public interface Poller extends AutoCloseable {

  /** Watches a descriptor until it is removed. The caller keeps owning it. */
  void add(int descriptor) throws IOException;

  /**
   * Stops watching a descriptor; one that is not watched is ignored. Remove a descriptor before it
   * is closed.
   */
  void remove(int descriptor);

  /**
   * Waits until a descriptor is readable or has failed.
   *
   * @param ready receives the readable descriptors, as many as fit
   * @param timeoutMillis 0 asks without waiting
   * @return how many of {@code ready} were set
   */
  int await(int[] ready, int timeoutMillis) throws IOException;

  /** Closes the poller, not what it watched. */
  @Override
  void close();
}
