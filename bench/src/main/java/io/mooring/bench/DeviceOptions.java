package io.mooring.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Options of the load's {@code net_virtio_user} devices: the driver's side of the rings. */
final class DeviceOptions {

  private final Map<String, String> values = new LinkedHashMap<>();

  private DeviceOptions() {
    values.put("queues", "1");
    values.put("queue_size", "1024");
  }

  /** Reads {@code key=value,key=value}. */
  static DeviceOptions parse(String text) throws BenchException {
    var options = new DeviceOptions();
    for (String each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      if (!each.matches("[a-z_]+=[A-Za-z0-9_:.]+") || each.matches("(path|server|iface)=.*")) {
        throw BenchException.usage(
            ("--vdev %s: expected options of net_virtio_user such as"
                    + " packed_vq=1,in_order=0,mrg_rxbuf=0,queues=2 (path, server and iface are the"
                    + " benchmark's)")
                .formatted(each));
      }
      String[] parts = each.split("=", 2);
      options.values.put(parts[0], parts[1]);
    }
    if (!options.values.get("queues").matches("[1-8]")) {
      throw BenchException.usage(
          "--vdev queues=%s: expected 1 to 8".formatted(options.values.get("queues")));
    }
    return options;
  }

  /** Queue pairs. */
  int queues() {
    return Integer.parseInt(values.get("queues"));
  }

  /** Whether a frame may be spread over several receive buffers. */
  boolean mergeable() {
    return !values.getOrDefault("mrg_rxbuf", "1").equals("0");
  }

  /** A device as {@code --vdev} takes it. */
  String device(int number, Path socket) {
    return values.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(
            Collectors.joining(",", "net_virtio_user%d,path=%s,".formatted(number, socket), ""));
  }
}
