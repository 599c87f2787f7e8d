package io.mooring.api.os;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open TAP interface. Each frame comes and goes with a 12-byte virtio-net header before it.
 * Never blocks.
 */
@ProviderType
public interface Tap extends AutoCloseable {

  /** The interface's name, as {@code ip link} shows it. */
  String name();

  /** Readable when a frame waits; for a {@link Poller}. */
  int descriptor();

  /**
   * Reads one frame with its header.
   *
   * @return bytes read; 0 when none waits
   */
  int read(MemorySegment into);

  /**
   * Sends one frame with its header.
   *
   * @return whether the host's network took it
   */
  boolean write(MemorySegment from);

  @Override
  void close();
}
