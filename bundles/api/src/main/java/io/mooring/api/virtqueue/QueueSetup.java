package io.mooring.api.virtqueue;

/**
 * What the front-end said of one queue, complete enough to start it. Ring addresses are user
 * addresses (UVA), or with VIRTIO_F_ACCESS_PLATFORM acknowledged I/O virtual addresses (IOVA).
 *
 * @param index the queue's number at its port
 * @param size in descriptors
 * @param descriptors address of the descriptor table (packed: the ring)
 * @param available address of the available ring (packed: the driver's event suppression)
 * @param used address of the used ring (packed: the device's event suppression)
 * @param usedLog guest address (GPA; with an IOMMU any value but {@link #NO_LOG}) at which writes
 *     to the used ring are logged, when the memory table has a log (VHOST_VRING_F_LOG); {@link
 *     #NO_LOG} for not at all
 * @param base where to begin (SET_VRING_BASE): a split ring's available index; a packed ring's
 *     available index in bits 0 to 14, its wrap counter in bit 15, used index in bits 16 to 30, its
 *     wrap counter in bit 31. Front-ends that know no used half leave it 0, and it is then the same
 *     as the available half
 * @param features the acknowledged virtio features
 * @param call eventfd that calls the driver, -1 for none
 * @param inflight this queue's part of the inflight region; what it says is in flight is taken
 *     first, and where to begin follows from it instead of {@code base}
 */
public record QueueSetup(
    int index,
    int size,
    long descriptors,
    long available,
    long used,
    long usedLog,
    int base,
    long features,
    int call,
    Inflight inflight) {

  /** The {@link #usedLog} of a queue whose used ring is not logged. */
  public static final long NO_LOG = -1;

  /** A queue whose used ring is not logged and whose chains are not tracked. */
  public QueueSetup(
      int index,
      int size,
      long descriptors,
      long available,
      long used,
      int base,
      long features,
      int call) {
    this(index, size, descriptors, available, used, NO_LOG, base, features, call, Inflight.NONE);
  }
}
