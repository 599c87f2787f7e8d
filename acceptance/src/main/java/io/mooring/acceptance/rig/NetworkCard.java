package io.mooring.acceptance.rig;

import java.nio.file.Path;
import java.util.List;

/**
 * A guest's virtio-net device behind a vhost-user socket.
 *
 * @param number of the guest: ends its MAC and IP addresses
 * @param network that the card is at, in those addresses before the number
 * @param listens whether QEMU listens and the back-end connects
 * @param queuePairs how many the device has, and processors the guest
 * @param properties of QEMU's virtio-net-pci, such as {@code csum=off}; may be empty
 */
public record NetworkCard(
    int number, int network, Path socket, boolean listens, int queuePairs, String properties) {

  private static final String BEHIND_IOMMU = "iommu_platform=on,ats=on";

  /** QEMU connects, and does so again when the back-end went away. */
  public static NetworkCard at(Path socket, int number) {
    return new NetworkCard(number, 0, socket, false, 1, "");
  }

  /** The same card of a QEMU that listens. */
  public NetworkCard listening() {
    return new NetworkCard(number, network, socket, true, queuePairs, properties);
  }

  /** The same card with more queue pairs. */
  public NetworkCard queuePairs(int pairs) {
    return new NetworkCard(number, network, socket, listens, pairs, properties);
  }

  /** The same card at a network of its own. */
  public NetworkCard network(int which) {
    return new NetworkCard(number, which, socket, listens, queuePairs, properties);
  }

  /** The same card behind an IOMMU. */
  public NetworkCard behindIommu() {
    return properties(BEHIND_IOMMU + (properties.isEmpty() ? "" : "," + properties));
  }

  /** The same card with other properties. */
  public NetworkCard properties(String wanted) {
    return new NetworkCard(number, network, socket, listens, queuePairs, wanted);
  }

  /** Whether QEMU's machine needs an IOMMU for it. */
  public boolean needsIommu() {
    return properties.contains(BEHIND_IOMMU);
  }

  String mac() {
    return "52:54:00:00:%02x:%02x".formatted(network, number);
  }

  /** QEMU's name of the card. */
  String id() {
    return "card%d-%d".formatted(network, number);
  }

  String ipv4() {
    return "10.9.%d.%d".formatted(network, number);
  }

  String ipv6() {
    return "fd00:0:0:%d::%d".formatted(network, number);
  }

  List<String> qemuArguments() {
    String role = listens ? ",server=on,wait=off" : ",reconnect=1";
    String queues = queuePairs > 1 ? ",queues=" + queuePairs : "";
    // Interrupts by MSI-X let the TCG of QEMU 7.2 crash with vhost-user.
    String device =
        "virtio-net-pci,id=%s,netdev=net%s,mac=%s,vectors=0,romfile=%s%s"
            .formatted(
                id(),
                id(),
                mac(),
                queuePairs > 1 ? ",mq=on" : "",
                properties.isEmpty() ? "" : "," + properties);
    return List.of(
        "-chardev",
        "socket,id=port%s,path=%s%s".formatted(id(), socket, role),
        "-netdev",
        "vhost-user,id=net%s,chardev=port%s%s".formatted(id(), id(), queues),
        "-device",
        device);
  }
}
