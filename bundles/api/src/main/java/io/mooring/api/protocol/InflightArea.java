package io.mooring.api.protocol;

/**
 * A buffer in which a back-end notes what it has taken from the rings (vhost-user, "Inflight
 * description"). All numbers are as hostile as the front-end.
 *
 * @param size in bytes
 * @param offset in the file behind its descriptor, in bytes
 * @param queues how many queues have a part in it
 * @param queueSize descriptors a queue
 * @param descriptor the file; -1 while it has none
 */
public record InflightArea(long size, long offset, int queues, int queueSize, int descriptor) {

  /** The same in another file. */
  public InflightArea behind(int file) {
    return new InflightArea(size, offset, queues, queueSize, file);
  }
}
