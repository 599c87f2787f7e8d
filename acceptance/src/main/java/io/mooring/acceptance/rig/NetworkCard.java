package io.mooring.acceptance.rig;

import java.nio.file.Path;
import java.util.List;

/**
 * A guest's virtio-net device behind a vhost-user socket.
 *
 * @param number of the guest: ends its MAC and IP addresses
 * @param listens whether QEMU listens and the back-end connects
 * @param queuePairs how many the device has, and processors the guest
 * @param properties of QEMU's virtio-net-pci, such as {@code csum=off}; may be empty
 */
public record NetworkCard(
    int number, Path socket, boolean listens, int queuePairs, String properties) {

  /** QEMU connects, and does so again when the back-end went away. */
  public static NetworkCard at(Path socket, int number) {
    return new NetworkCard(number, socket, false, 1, "");
  }

  /** The same card of a QEMU that listens. */
  public NetworkCard listening() {
    return new NetworkCard(number, socket, true, queuePairs, properties);
  }

  /** The same card with more queue pairs. */
  public NetworkCard queuePairs(int pairs) {
    return new NetworkCard(number, socket, listens, pairs, properties);
  }

  /** The same card with other properties. */
  public NetworkCard properties(String wanted) {
    return new NetworkCard(number, socket, listens, queuePairs, wanted);
  }

  String ipv4() {
    return "10.9.0." + number;
  }

  String ipv6() {
    return "fd00::" + number;
  }

  List<String> qemuArguments() {
    String role = listens ? ",server=on,wait=off" : ",reconnect=1";
    String queues = queuePairs > 1 ? ",queues=" + queuePairs : "";
    // Interrupts by MSI-X let the TCG of QEMU 7.2 crash with vhost-user.
    String device =
        "virtio-net-pci,netdev=net%d,mac=52:54:00:00:00:%02x,vectors=0,romfile=%s%s"
            .formatted(
                number,
                number,
                queuePairs > 1 ? ",mq=on" : "",
                properties.isEmpty() ? "" : "," + properties);
    return List.of(
        "-chardev",
        "socket,id=port%d,path=%s%s".formatted(number, socket, role),
        "-netdev",
        "vhost-user,id=net%d,chardev=port%d%s".formatted(number, number, queues),
        "-device",
        device);
  }
}
