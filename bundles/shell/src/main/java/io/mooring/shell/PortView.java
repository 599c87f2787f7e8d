package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.api.port.PortStatus;
import io.mooring.api.port.PortStatus.QueueStatus;
import io.mooring.api.port.PortStatus.Room;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A port's picture as text and as JSON. */
final class PortView {

  private PortView() {}

  static String hex(long features) {
    return "0x" + Long.toHexString(features);
  }

  /** The names of a device's feature bits, by bit; a bit without a name is its number. */
  static List<String> names(String device, long features) {
    List<Feature> known =
        Stream.<Feature>concat(
                Arrays.stream(RingFeature.values()),
                device.equals("net") ? Arrays.stream(NetFeature.values()) : Stream.empty())
            .filter(feature -> feature.in(features))
            .toList();
    long unnamed = features & ~known.stream().mapToLong(Feature::mask).sum();
    record Named(int bit, String name) {}
    return Stream.concat(
            known.stream().map(feature -> new Named(feature.bit(), feature.property())),
            Arrays.stream(bits(unnamed)).mapToObj(bit -> new Named(bit, "bit" + bit)))
        .sorted(Comparator.comparingInt(Named::bit))
        .map(Named::name)
        .toList();
  }

  private static int[] bits(long word) {
    return java.util.stream.IntStream.range(0, Long.SIZE)
        .filter(bit -> (word >>> bit & 1) != 0)
        .toArray();
  }

  static List<String> protocolNames(long features) {
    return Arrays.stream(ProtocolFeature.values())
        .filter(feature -> feature.in(features))
        .map(feature -> feature.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String link(PortStatus port) {
    return port.linkUp() ? "up" : "down";
  }

  static String text(PortStatus port) {
    var table = new Table("name", port.name());
    table.add("state", port.state());
    if (!port.error().isEmpty()) {
      table.add("error", port.error());
    }
    if (!port.note().isEmpty()) {
      table.add("note", port.note());
    }
    table.add("socket", port.socket());
    if (!port.sockets().isEmpty()) {
      table.add("sockets", port.sockets().size() + ", one for each profile");
    }
    table.add("mode", port.mode());
    table.add("device", port.device());
    table.add("link", link(port));
    table.add("profile", port.profile());
    port.settings().forEach(table::add);
    table.add("offered features", features(port.device(), port.offeredFeatures()));
    table.add("guest features", features(port.device(), port.features()));
    table.add(
        "protocol features",
        named(port.protocolFeatures(), protocolNames(port.protocolFeatures())));
    table.add("front-end", port.peer() == 0 ? "none" : "process " + port.peer());
    table.add("worker", port.worker());
    table.add("memory", port.memoryBytes() + " bytes in " + port.regions() + " regions");
    for (Room room : port.rooms()) {
      table.add(
          "room " + room.name(),
          "%s %s [%d]".formatted(room.bundle(), room.version(), room.bundleId()));
    }
    String counters = table(port.counters());
    return table + queues(port.queues()) + (counters.isEmpty() ? "" : "\n\n" + counters);
  }

  private static String features(String device, long features) {
    return named(features, names(device, features));
  }

  private static String named(long features, List<String> names) {
    return (hex(features) + " " + String.join(" ", names)).strip();
  }

  private static String queues(List<QueueStatus> queues) {
    if (queues.isEmpty()) {
      return "";
    }
    var table = new Table("QUEUE", "SIZE", "ENABLED", "RUNNING", "BASE");
    for (QueueStatus queue : queues) {
      table.add(queue.index(), queue.size(), queue.enabled(), queue.running(), queue.base());
    }
    return "\n\n" + table;
  }

  private static String table(Map<String, Long> counters) {
    return Table.align(
        counters.entrySet().stream()
            .map(counter -> List.of(counter.getKey(), counter.getValue().toString()))
            .collect(Collectors.toList()));
  }

  static JsonObject json(PortStatus port) {
    var json = new JsonObject();
    json.addProperty("name", port.name());
    json.addProperty("state", port.state().name());
    json.addProperty("error", port.error());
    json.addProperty("note", port.note());
    json.addProperty("socket", port.socket());
    var sockets = new JsonObject();
    port.sockets().forEach(sockets::addProperty);
    json.add("sockets", sockets);
    json.addProperty("mode", port.mode());
    json.addProperty("device", port.device());
    json.addProperty("link", link(port));
    json.addProperty("profile", port.profile());
    json.addProperty("offeredFeatures", hex(port.offeredFeatures()));
    json.addProperty("features", hex(port.features()));
    json.addProperty("protocolFeatures", hex(port.protocolFeatures()));
    json.addProperty("peer", port.peer());
    json.addProperty("worker", port.worker());
    json.addProperty("workerBusyNanos", port.workerBusyNanos());
    var settings = new JsonObject();
    port.settings().forEach(settings::addProperty);
    json.add("settings", settings);
    json.addProperty("regions", port.regions());
    json.addProperty("memoryBytes", port.memoryBytes());
    var queues = new JsonArray();
    for (QueueStatus queue : port.queues()) {
      var each = new JsonObject();
      each.addProperty("index", queue.index());
      each.addProperty("size", queue.size());
      each.addProperty("enabled", queue.enabled());
      each.addProperty("running", queue.running());
      each.addProperty("base", queue.base());
      each.addProperty("used", hex(queue.used()));
      queues.add(each);
    }
    json.add("queues", queues);
    json.add("counters", counters(port));
    json.add("rooms", rooms(port.rooms()));
    return json;
  }

  private static JsonObject rooms(List<Room> rooms) {
    var json = new JsonObject();
    for (Room room : rooms) {
      var each = new JsonObject();
      each.addProperty("bundle", room.bundle());
      each.addProperty("version", room.version());
      each.addProperty("id", room.bundleId());
      json.add(room.name(), each);
    }
    return json;
  }

  static JsonObject counters(PortStatus port) {
    var counters = new JsonObject();
    port.counters().forEach(counters::addProperty);
    return counters;
  }

  /** The port with the names of its features, for one who looks at it alone. */
  static JsonObject detail(PortStatus port) {
    JsonObject json = json(port);
    json.add("offeredFeatureNames", array(names(port.device(), port.offeredFeatures())));
    json.add("featureNames", array(names(port.device(), port.features())));
    json.add("protocolFeatureNames", array(protocolNames(port.protocolFeatures())));
    return json;
  }

  private static JsonArray array(List<String> names) {
    var array = new JsonArray();
    names.forEach(array::add);
    return array;
  }
}
