package io.mooring.port;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.RingFeature;

/** What a front-end acknowledged. Whoever changes it holds the port's lock. */
final class Agreement {

  /** Device status bit: the driver's features are agreed upon (virtio 1.3, section 2.1). */
  private static final int FEATURES_OK = 8;

  private long features;

  /** Whether a driver has ever acknowledged features. */
  private boolean begun;

  /** The same since the last reset. */
  private boolean negotiated;

  private volatile long protocolFeatures;
  private int status;

  long features() {
    return features;
  }

  boolean begun() {
    return begun;
  }

  void acknowledge(long acknowledged) {
    features = acknowledged;
    begun = true;
    negotiated = true;
  }

  /** All of this, for another process; {@link #takeOver} reads it. */
  Statement statement() {
    return Statement.of(
        Word.AGREED, "", protocolFeatures, features, begun ? 1 : 0, negotiated ? 1 : 0, status);
  }

  void takeOver(Statement said) {
    protocolFeatures = said.number(0);
    features = said.number(1);
    begun = said.flag(2);
    negotiated = said.flag(3);
    status = said.intAt(4);
  }

  long protocolFeatures() {
    return protocolFeatures;
  }

  void protocol(long acknowledged) {
    protocolFeatures = acknowledged;
  }

  /** Without protocol features there is no SET_VRING_ENABLE: queues are enabled by their kick. */
  boolean alwaysEnabled() {
    return !RingFeature.PROTOCOL_FEATURES.in(features);
  }

  boolean inBand() {
    return ProtocolFeature.INBAND_NOTIFICATIONS.in(protocolFeatures);
  }

  /**
   * Whether the front-end tells when its driver begins anew. One that cannot acknowledges features
   * again, while nothing runs.
   */
  boolean resets() {
    return ProtocolFeature.STATUS.in(protocolFeatures)
        || ProtocolFeature.RESET_DEVICE.in(protocolFeatures);
  }

  int status() {
    return status;
  }

  void status(int value) {
    // A driver that reads FEATURES_OK back knows that its features were taken.
    status = negotiated ? value : value & ~FEATURES_OK;
  }

  void reset() {
    negotiated = false;
    status = 0;
  }
}
