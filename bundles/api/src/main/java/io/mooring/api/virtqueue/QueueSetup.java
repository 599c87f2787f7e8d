package io.mooring.api.virtqueue;

/**
 * What the front-end said of one queue, complete enough to start it.
 *
 * @param index the queue's number at its port
 * @param size in descriptors
 * @param descriptors user address (UVA) of the descriptor table (packed: the ring)
 * @param available user address of the available ring (packed: the driver's event suppression)
 * @param used user address of the used ring (packed: the device's event suppression)
 * @param base where to begin (SET_VRING_BASE)
 * @param features the acknowledged virtio features
 * @param call eventfd that calls the driver, -1 for none
 */
public record QueueSetup(
    int index,
    int size,
    long descriptors,
    long available,
    long used,
    int base,
    long features,
    int call) {}
