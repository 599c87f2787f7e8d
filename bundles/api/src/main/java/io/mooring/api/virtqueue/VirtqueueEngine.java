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
   * Starts a queue.
   *
   * @throws QueueException when the size or an address is not allowed; the message names the value
   *     and what is
   */
  Virtqueue open(QueueSetup setup, MemoryTable memory);
}
