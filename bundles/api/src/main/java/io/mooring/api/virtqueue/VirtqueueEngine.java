package io.mooring.api.virtqueue;

import io.mooring.api.memory.MemoryTable;
import org.osgi.annotation.versioning.ProviderType;

/** The ring engine. Any thread. */
@ProviderType
public interface VirtqueueEngine {

  /** The virtio feature bits that are the ring's to serve (virtio 1.3, section 6). */
  long features();

  /** The largest ring, in descriptors. */
  int maxSize();

  /**
   * Starts a queue. That alone writes nothing to the ring, which may be another's still: what the
   * driver was last told of kicks holds until {@link Virtqueue#arm} or {@link Virtqueue#disarm}.
   *
   * @throws QueueException when the size or an address is not allowed; the message names the value
   *     and what is
   */
  Virtqueue open(QueueSetup setup, MemoryTable memory);
}
