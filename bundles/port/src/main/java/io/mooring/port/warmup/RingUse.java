package io.mooring.port.warmup;

/**
 * How a ring is used that is to be swapped.
 *
 * @param features the acknowledged virtio features, which tell the ring's format
 * @param size in descriptors
 * @param live whether a port has it now, so that it counts more than what might come
 */
public record RingUse(long features, int size, boolean live) {}
