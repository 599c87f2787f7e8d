package io.mooring.profile;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A profile as the properties of QEMU's virtio-net-pci, and the reverse. Only features that QEMU
 * asks the back-end for are here (its net/vhost-user.c); the others, such as ctrl_vq and status,
 * are QEMU's own and fixed by the machine type.
 */
final class QemuDevice {

  /** Properties that are on unless said otherwise. */
  private static final List<Feature> ON =
      List.of(
          NetFeature.CSUM,
          NetFeature.GUEST_CSUM,
          NetFeature.GSO,
          NetFeature.GUEST_TSO4,
          NetFeature.GUEST_TSO6,
          NetFeature.GUEST_ECN,
          NetFeature.GUEST_UFO,
          NetFeature.GUEST_ANNOUNCE,
          NetFeature.HOST_TSO4,
          NetFeature.HOST_TSO6,
          NetFeature.HOST_ECN,
          NetFeature.HOST_UFO,
          NetFeature.MRG_RXBUF,
          RingFeature.ANY_LAYOUT,
          RingFeature.INDIRECT_DESC,
          RingFeature.EVENT_IDX);

  /** Properties that are off unless said otherwise, or that no known back-end offers. */
  private static final List<Feature> OFF =
      List.of(
          NetFeature.MQ,
          NetFeature.RSS,
          NetFeature.HASH_REPORT,
          NetFeature.RSC_EXT,
          RingFeature.NOTIFY_ON_EMPTY,
          RingFeature.ACCESS_PLATFORM,
          RingFeature.RING_PACKED,
          RingFeature.RING_RESET);

  /**
   * Properties that QEMU 7.2 refuses to know, and that are off with its machine types: a guest has
   * them only where somebody asks for them.
   */
  private static final List<Feature> NEW =
      List.of(
          NetFeature.HOST_USO, NetFeature.GUEST_USO4, NetFeature.GUEST_USO6, RingFeature.IN_ORDER);

  static final int LEAST_RING = 256;
  static final int MOST_RING = 1024;

  private static final String HOST_MTU = "host_mtu";
  private static final String MODERN = "disable-modern";
  private static final String RX_RING = "rx_queue_size";
  private static final String TX_RING = "tx_queue_size";

  private static final Pattern DEVICE =
      Pattern.compile("-device\\s+['\"]?(\\{[^}]*virtio-net[^}]*}|virtio-net[^\\s'\"]*)");
  private static final Pattern QUEUES =
      Pattern.compile("-netdev\\s+\\S*[,\"]queues\"?[=:](\\d{1,5})");

  private QemuDevice() {}

  /** What a front-end offers whose user says nothing, besides VERSION_1. */
  static long usual() {
    return ON.stream().mapToLong(Feature::mask).reduce(0, (a, b) -> a | b);
  }

  /** The largest ring that QEMU makes within a profile. */
  static int ring(Profile profile) {
    if (profile.maxRing() < LEAST_RING) {
      throw new IllegalArgumentException(
          "max_ring=%d: QEMU's virtio-net has no rings below %d"
              .formatted(profile.maxRing(), LEAST_RING));
    }
    return Math.min(profile.maxRing(), MOST_RING);
  }

  static void requireNet(Profile profile) {
    if (!profile.device().equals("net")) {
      throw new IllegalArgumentException(
          "device=%s: only net profiles become QEMU properties".formatted(profile.device()));
    }
  }

  /** The properties, in the order of the command line. */
  static Map<String, String> properties(Profile profile) {
    requireNet(profile);
    var properties = new LinkedHashMap<String, String>();
    Stream.of(ON, OFF)
        .flatMap(List::stream)
        .forEach(feature -> properties.put(feature.property(), onOff(feature, profile)));
    properties.put(MODERN, RingFeature.VERSION_1.in(profile.features()) ? "off" : "on");
    properties.put(RX_RING, String.valueOf(ring(profile)));
    properties.put(TX_RING, String.valueOf(ring(profile)));
    boolean mtu = NetFeature.MTU.in(profile.features());
    properties.put(HOST_MTU, mtu ? String.valueOf(profile.mtu()) : "0");
    return properties;
  }

  static String onOff(Feature feature, Profile profile) {
    return feature.in(profile.features()) ? "on" : "off";
  }

  /** The same as one argument's text. */
  static String print(Profile profile) {
    var words = new ArrayList<String>();
    properties(profile).forEach((property, value) -> words.add(property + "=" + value));
    return String.join(",", words);
  }

  /**
   * The interface that a QEMU command line lets through to its first virtio-net device.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Profile parse(String commandLine) {
    Matcher device = DEVICE.matcher(commandLine);
    if (!device.find()) {
      throw new IllegalArgumentException("it has no -device virtio-net");
    }
    Map<String, String> given = given(device.group(1));
    long features = RingFeature.VERSION_1.mask();
    for (Feature feature : Stream.of(ON, OFF, NEW).flatMap(List::stream).toList()) {
      boolean on = on(given, feature.property(), ON.contains(feature));
      features |= on ? feature.mask() : 0;
    }
    if (on(given, MODERN, false)) {
      features &= ~RingFeature.VERSION_1.mask();
    }
    int mtu = number(given, HOST_MTU, 0);
    if (mtu > 0) {
      features |= NetFeature.MTU.mask();
    }
    int ring = Math.max(number(given, RX_RING, LEAST_RING), number(given, TX_RING, LEAST_RING));
    Matcher queues = QUEUES.matcher(commandLine);
    int pairs = queues.find() ? Integer.parseInt(queues.group(1)) : 1;
    return frontEnd(features, ring, pairs, mtu);
  }

  /** A front-end's interface, made canonical. */
  static Profile frontEnd(long features, int ring, int pairs, int mtu) {
    return Values.parseAny(
        "front-end",
        Values.print(new Profile("", "net", features, ring, pairs, mtu > 0 ? mtu : 1500)));
  }

  private static Map<String, String> given(String device) {
    var given = new LinkedHashMap<String, String>();
    if (device.startsWith("{")) {
      try {
        for (Map.Entry<String, JsonElement> each :
            JsonParser.parseString(device).getAsJsonObject().entrySet()) {
          given.put(each.getKey(), each.getValue().getAsString());
        }
      } catch (JsonParseException | IllegalStateException | UnsupportedOperationException wrong) {
        throw new IllegalArgumentException("its -device is not JSON as QEMU reads it", wrong);
      }
    } else {
      for (String word : device.split(",", -1)) {
        String[] pair = word.split("=", 2);
        given.put(pair[0], pair.length > 1 ? pair[1] : "on");
      }
    }
    return given;
  }

  private static boolean on(Map<String, String> given, String property, boolean otherwise) {
    String value = given.getOrDefault(property, otherwise ? "on" : "off");
    return switch (value) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s=%s: allowed are on and off".formatted(property, Text.shown(value)));
    };
  }

  private static int number(Map<String, String> given, String property, int otherwise) {
    String value = given.getOrDefault(property, String.valueOf(otherwise));
    if (!value.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "%s=%s is no number".formatted(property, Text.shown(value)));
    }
    return Integer.parseInt(value);
  }
}
