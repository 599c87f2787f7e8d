package io.mooring.net;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.virtio.NetFeature;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes the virtio-net devices, each on the switch that its port names. */
@Component
@Capability(
    namespace = "io.mooring.device",
    attribute = {
      "device=net",
      "features:List<String>='csum,ctrl_guest_offloads,ctrl_mac_addr,ctrl_rx,ctrl_rx_extra,"
          + "ctrl_vlan,ctrl_vq,gso,guest_announce,guest_csum,guest_ecn,guest_tso4,guest_tso6,"
          + "guest_ufo,guest_uso4,guest_uso6,hash,host_ecn,host_mtu,host_tso4,host_tso6,"
          + "host_ufo,host_uso,mq,mrg_rxbuf,rss,speed_duplex,status'",
      "max_queues:Long=256"
    })
public final class NetDeviceType implements DeviceType {

  /** 128 pairs, as other back-ends have. */
  private static final int MAX_QUEUES = 256;

  private static final long FEATURES =
      NetFeature.CSUM.mask()
          | NetFeature.GUEST_CSUM.mask()
          | NetFeature.CTRL_GUEST_OFFLOADS.mask()
          | NetFeature.MTU.mask()
          | NetFeature.GSO.mask()
          | NetFeature.GUEST_TSO4.mask()
          | NetFeature.GUEST_TSO6.mask()
          | NetFeature.GUEST_ECN.mask()
          | NetFeature.GUEST_UFO.mask()
          | NetFeature.HOST_TSO4.mask()
          | NetFeature.HOST_TSO6.mask()
          | NetFeature.HOST_ECN.mask()
          | NetFeature.HOST_UFO.mask()
          | NetFeature.MRG_RXBUF.mask()
          | NetFeature.STATUS.mask()
          | NetFeature.CTRL_VQ.mask()
          | NetFeature.CTRL_RX.mask()
          | NetFeature.CTRL_VLAN.mask()
          | NetFeature.CTRL_RX_EXTRA.mask()
          | NetFeature.GUEST_ANNOUNCE.mask()
          | NetFeature.MQ.mask()
          | NetFeature.CTRL_MAC_ADDR.mask()
          | NetFeature.GUEST_USO4.mask()
          | NetFeature.GUEST_USO6.mask()
          | NetFeature.HOST_USO.mask()
          | NetFeature.HASH_REPORT.mask()
          | NetFeature.RSS.mask()
          | NetFeature.SPEED_DUPLEX.mask();

  private final Switches switches;

  @Activate
  public NetDeviceType(@Reference Switches switches) {
    this.switches = switches;
  }

  @Override
  public String name() {
    return "net";
  }

  @Override
  public long features() {
    return FEATURES;
  }

  @Override
  public int maxQueues() {
    return MAX_QUEUES;
  }

  @Override
  public String group(Map<String, String> settings) {
    return switches.named(settings).group();
  }

  @Override
  public Device open(String port, Map<String, String> settings) {
    return new NetDevice(port, switches.named(settings), speed(settings));
  }

  private static int speed(Map<String, String> settings) {
    String text = settings.get("speed");
    return text == null ? NetConfiguration.SPEED_UNKNOWN : Integer.parseInt(text);
  }
}
