package io.mooring.api.profile;

/**
 * What a guest sees of a device.
 *
 * @param name {@code vendor.version}, for instance {@code io.mooring.v1}
 * @param device the device type: {@code net}
 * @param features the virtio features offered (without VHOST_USER_F_PROTOCOL_FEATURES, which no
 *     guest sees)
 * @param maxRing largest ring, in descriptors
 * @param maxQueuePairs most queue pairs
 * @param mtu in bytes
 */
public record Profile(
    String name, String device, long features, int maxRing, int maxQueuePairs, int mtu) {}
