package io.mooring.api.profile;

/**
 * What a guest sees of a device.
 *
 * @param name {@code vendor.version}, for instance {@code io.mooring.v1}
 * @param device the device type: {@code net}, {@code blk}
 * @param features the virtio features offered (without VHOST_USER_F_PROTOCOL_FEATURES, which no
 *     guest sees)
 * @param maxRing largest ring, in descriptors
 * @param maxQueuePairs most queue pairs; of a device without pairs (blk), most queues
 * @param mtu the largest frame's payload in bytes, which a guest is never sent more than; 0 for a
 *     device without frames
 */
public record Profile(
    String name, String device, long features, int maxRing, int maxQueuePairs, int mtu) {

  /** The same interface under another name. */
  public Profile withName(String other) {
    return new Profile(other, device, features, maxRing, maxQueuePairs, mtu);
  }
}
