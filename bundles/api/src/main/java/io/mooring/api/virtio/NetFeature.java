package io.mooring.api.virtio;

/** Feature bits of the network device (virtio 1.3, section 5.1.3). */
public enum NetFeature implements Feature {
  CSUM(0, "csum"),
  GUEST_CSUM(1, "guest_csum"),
  CTRL_GUEST_OFFLOADS(2, "ctrl_guest_offloads"),
  MTU(3, "host_mtu"),
  MAC(5, "mac"),
  GSO(6, "gso"),
  GUEST_TSO4(7, "guest_tso4"),
  GUEST_TSO6(8, "guest_tso6"),
  GUEST_ECN(9, "guest_ecn"),
  GUEST_UFO(10, "guest_ufo"),
  HOST_TSO4(11, "host_tso4"),
  HOST_TSO6(12, "host_tso6"),
  HOST_ECN(13, "host_ecn"),
  HOST_UFO(14, "host_ufo"),
  MRG_RXBUF(15, "mrg_rxbuf"),
  STATUS(16, "status"),
  CTRL_VQ(17, "ctrl_vq"),
  CTRL_RX(18, "ctrl_rx"),
  CTRL_VLAN(19, "ctrl_vlan"),
  CTRL_RX_EXTRA(20, "ctrl_rx_extra"),
  GUEST_ANNOUNCE(21, "guest_announce"),
  MQ(22, "mq"),
  CTRL_MAC_ADDR(23, "ctrl_mac_addr"),
  DEVICE_STATS(50, "device_stats"),
  HASH_TUNNEL(51, "hash_tunnel"),
  VQ_NOTF_COAL(52, "vq_notf_coal"),
  NOTF_COAL(53, "notf_coal"),
  GUEST_USO4(54, "guest_uso4"),
  GUEST_USO6(55, "guest_uso6"),
  HOST_USO(56, "host_uso"),
  HASH_REPORT(57, "hash"),
  GUEST_HDRLEN(59, "guest_hdrlen"),
  RSS(60, "rss"),
  RSC_EXT(61, "guest_rsc_ext"),
  STANDBY(62, "failover"),
  SPEED_DUPLEX(63, "speed_duplex");

  private final int bit;
  private final String property;

  NetFeature(int bit, String property) {
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
