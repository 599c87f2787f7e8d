package io.mooring.frontend;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;

/**
 * What kind of guest a {@link NetPort} is.
 *
 * @param features virtio features wanted, of those offered
 * @param protocolFeatures protocol features wanted, of those offered
 * @param ringSize descriptors a ring
 * @param bufferBytes bytes of a buffer, header and all
 * @param shape how a frame is laid into descriptors
 * @param blocks blocks of guest memory
 * @param blockBytes bytes of each block
 */
public record NetOptions(
    long features,
    long protocolFeatures,
    int ringSize,
    int bufferBytes,
    Shape shape,
    int blocks,
    long blockBytes) {

  /** How a buffer is laid into descriptors. */
  public enum Shape {
    /** One descriptor for header and frame (needs ANY_LAYOUT or VERSION_1). */
    ONE,
    /** A descriptor for the header, one for the frame, as old drivers do. */
    HEADER_APART,
    /** As {@link #ONE}, in an indirect table. */
    INDIRECT,
    /** Header, a short piece, the rest: in an indirect table. */
    SCATTERED
  }

  /** Rings, notifications and buffers of today's drivers, no offloads. */
  public static final long MODERN =
      RingFeature.VERSION_1.mask()
          | RingFeature.EVENT_IDX.mask()
          | RingFeature.INDIRECT_DESC.mask()
          | NetFeature.MRG_RXBUF.mask()
          | NetFeature.MAC.mask();

  /** Everything of the protocol that this front-end knows to use. */
  public static final long PROTOCOL =
      ProtocolFeature.MQ.mask()
          | ProtocolFeature.REPLY_ACK.mask()
          | ProtocolFeature.CONFIGURE_MEM_SLOTS.mask()
          | ProtocolFeature.STATUS.mask();

  /** A guest of today. */
  public static NetOptions modern() {
    return new NetOptions(MODERN, PROTOCOL, 256, 2048, Shape.ONE, 2, 1 << 20);
  }

  /** A guest from before VERSION_1: short header apart from the frame, one buffer a frame. */
  public static NetOptions legacy() {
    return new NetOptions(0, 0, 256, 2048, Shape.HEADER_APART, 2, 1 << 20);
  }

  /** The same guest with other virtio features. */
  public NetOptions features(long wanted) {
    return new NetOptions(
        wanted, protocolFeatures, ringSize, bufferBytes, shape, blocks, blockBytes);
  }

  /** The same guest with other protocol features. */
  public NetOptions protocolFeatures(long wanted) {
    return new NetOptions(features, wanted, ringSize, bufferBytes, shape, blocks, blockBytes);
  }

  /** The same guest with rings of another size. */
  public NetOptions ringSize(int descriptors) {
    return new NetOptions(
        features, protocolFeatures, descriptors, bufferBytes, shape, blocks, blockBytes);
  }

  /** The same guest with buffers of another size. */
  public NetOptions bufferBytes(int bytes) {
    return new NetOptions(features, protocolFeatures, ringSize, bytes, shape, blocks, blockBytes);
  }

  /** The same guest with frames laid out differently. */
  public NetOptions shape(Shape wanted) {
    return new NetOptions(
        features, protocolFeatures, ringSize, bufferBytes, wanted, blocks, blockBytes);
  }

  /** The same guest with other memory. */
  public NetOptions memory(int count, long bytes) {
    return new NetOptions(features, protocolFeatures, ringSize, bufferBytes, shape, count, bytes);
  }

  /** Bytes of the header before each frame (virtio 1.3, section 5.1.6). */
  public static int headerBytes(long negotiated) {
    return RingFeature.VERSION_1.in(negotiated) || NetFeature.MRG_RXBUF.in(negotiated) ? 12 : 10;
  }
}
