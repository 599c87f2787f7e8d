package io.mooring.api.virtio;

/**
 * Feature bits that are the same for every device (virtio 1.3, section 6; bits 26 and 30 are
 * vhost's and vhost-user's own).
 */
public enum RingFeature implements Feature {
  NOTIFY_ON_EMPTY(24, "notify_on_empty"),
  LOG_ALL(26, "log_all"),
  ANY_LAYOUT(27, "any_layout"),
  INDIRECT_DESC(28, "indirect_desc"),
  EVENT_IDX(29, "event_idx"),
  PROTOCOL_FEATURES(30, "protocol_features"),
  VERSION_1(32, "version_1"),
  ACCESS_PLATFORM(33, "iommu_platform"),
  RING_PACKED(34, "packed"),
  IN_ORDER(35, "in_order"),
  ORDER_PLATFORM(36, "order_platform"),
  SR_IOV(37, "sr_iov"),
  NOTIFICATION_DATA(38, "notification_data"),
  NOTIF_CONFIG_DATA(39, "notif_config_data"),
  RING_RESET(40, "queue_reset"),
  ADMIN_VQ(41, "admin_vq");

  private final int bit;
  private final String property;

  RingFeature(int bit, String property) {
    this.bit = bit;
    this.property = property;
  }

  @Override
  public int bit() {
    return bit;
  }

  @Override
  public String property() {
    return property;
  }
}
