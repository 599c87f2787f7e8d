package io.mooring.profile;

import io.mooring.api.profile.Profile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The list of values that a profile stands for: {@code
 * device=net,any_layout=on,…,max_ring=1024,max_queue_pairs=128,mtu=1500}. There is one canonical
 * text for an interface: the device, the features that are on by name, the limits, and {@code
 * unmet=} for features whose needs the back-end leaves unmet, joined by {@code +}.
 */
final class Values {

  /** All features of virtio together take a quarter of it. */
  private static final int MAX_LENGTH = 8192;

  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  private static final String DEVICE = "device";
  static final String MAX_RING = "max_ring";
  static final String MTU = "mtu";
  private static final String UNMET = "unmet";

  /** Ring: virtio 1.3, section 2.7; queue pairs and MTU: section 5.1.4.1. */
  private static final Map<String, Range> NET_LIMITS =
      Map.of(
          DEVICE,
          new Range(0, 0),
          UNMET,
          new Range(0, 0),
          MAX_RING,
          new Range(2, 32768),
          queuesKey("net"),
          new Range(1, 32768),
          MTU,
          new Range(68, 65535));

  private static final Map<String, Range> BLK_LIMITS =
      Map.of(
          DEVICE,
          new Range(0, 0),
          UNMET,
          new Range(0, 0),
          MAX_RING,
          new Range(2, 32768),
          queuesKey("blk"),
          new Range(1, 32768));

  private Values() {}

  /** The canonical text. Total: any profile of a known device has one. */
  static String print(Profile profile) {
    FeatureNames names = FeatureNames.of(profile.device());
    var values = new ArrayList<String>();
    values.add("device=" + profile.device());
    names.names(profile.features()).forEach(name -> values.add(name + "=on"));
    values.add("max_ring=" + profile.maxRing());
    values.add(queuesKey(profile.device()) + "=" + profile.maxQueuePairs());
    if (profile.device().equals("net")) {
      values.add("mtu=" + profile.mtu());
    }
    long unmet = Rules.unmet(profile.device(), profile.features());
    if (unmet != 0) {
      values.add("unmet=" + String.join("+", names.names(unmet)));
    }
    return String.join(",", values);
  }

  /** SHA-256 of the canonical text: equal for equal interfaces, whatever they are called. */
  static String hash(Profile profile) {
    return hash(print(profile));
  }

  /** SHA-256 of a canonical text. */
  static String hash(String canonical) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks SHA-256, which every Java has", e);
    }
  }

  /**
   * Reads values that somebody means as a profile.
   *
   * @throws IllegalArgumentException when they are malformed, reserved or contradictory
   */
  static Profile parse(String name, String text) {
    Map<String, String> values = split(text);
    Profile profile = read(name, values);
    Rules.require(profile, unmet(FeatureNames.of(profile.device()), values));
    return profile;
  }

  /** Reads values that describe what some back-end does, rules or no rules. */
  static Profile parseAny(String name, String text) {
    return read(name, split(text));
  }

  /**
   * Reads values that an operator gives to pin an interface: what is left out is off, or the least
   * that every back-end has, so that the same text means the same interface on every host.
   *
   * @return named by its canonical text
   * @throws IllegalArgumentException as {@link #parse} does
   */
  static Profile given(String text) {
    Map<String, String> values = split(text);
    String device = values.computeIfAbsent(DEVICE, key -> "net");
    FeatureNames names = FeatureNames.of(device);
    values.putIfAbsent(MAX_RING, "256");
    values.putIfAbsent(queuesKey(device), "1");
    if (device.equals("net")) {
      values.putIfAbsent(MTU, "1500");
    }
    Profile profile = read("", values);
    Rules.require(profile, unmet(names, values));
    return profile.withName(print(profile));
  }

  /** Whether a text is a list of values rather than a name. */
  static boolean isList(String text) {
    return text.contains("=");
  }

  private static Map<String, String> split(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the values are %d characters long, allowed are %d".formatted(text.length(), MAX_LENGTH));
    }
    if (!PRINTABLE.matcher(text).matches()) {
      throw new IllegalArgumentException("the values hold a character that is not printable ASCII");
    }
    var values = new LinkedHashMap<String, String>();
    for (String value : text.split(",", -1)) {
      String[] pair = value.strip().split("=", 2);
      if (pair.length < 2 || pair[0].isEmpty()) {
        throw new IllegalArgumentException(
            "value %s is not of the form name=value".formatted(Text.shown(value.strip())));
      }
      if (values.put(pair[0], pair[1]) != null) {
        throw new IllegalArgumentException("%s is there twice".formatted(Text.shown(pair[0])));
      }
    }
    return values;
  }

  private static Profile read(String name, Map<String, String> values) {
    String device = values.get(DEVICE);
    if (device == null) {
      throw new IllegalArgumentException("the values lack device=: allowed are blk and net");
    }
    FeatureNames names = FeatureNames.of(device);
    long features = 0;
    for (var value : values.entrySet()) {
      if (!limits(device).containsKey(value.getKey())) {
        features |= feature(names, device, value.getKey(), value.getValue());
      }
    }
    unmet(names, values);
    int ring = number(values, device, MAX_RING);
    if (Integer.bitCount(ring) != 1) {
      throw new IllegalArgumentException("max_ring=%d is not a power of two".formatted(ring));
    }
    int queues = number(values, device, queuesKey(device));
    int mtu = device.equals("net") ? number(values, device, MTU) : 0;
    return new Profile(name, device, features, ring, queues, mtu);
  }

  private static long feature(FeatureNames names, String device, String key, String value) {
    var bit = names.bit(key);
    if (bit.isEmpty()) {
      var known = new ArrayList<>(names.all());
      known.addAll(limits(device).keySet());
      throw new IllegalArgumentException(
          "a %s profile has no value %s%s"
              .formatted(device, Text.shown(key), Text.hint(key, known)));
    }
    return switch (value) {
      case "on" -> 1L << bit.getAsInt();
      case "off" -> 0;
      default ->
          throw new IllegalArgumentException(
              "%s=%s: allowed are on and off".formatted(key, Text.shown(value)));
    };
  }

  private static long unmet(FeatureNames names, Map<String, String> values) {
    String text = values.get(UNMET);
    long unmet = 0;
    if (text != null) {
      for (String name : text.split("\\+", -1)) {
        var bit = names.bit(name);
        if (bit.isEmpty()) {
          throw new IllegalArgumentException(
              "unmet=%s is no feature%s".formatted(Text.shown(name), Text.hint(name, names.all())));
        }
        unmet |= 1L << bit.getAsInt();
      }
    }
    return unmet;
  }

  private static int number(Map<String, String> values, String device, String key) {
    Range range = limits(device).get(key);
    String text = values.get(key);
    if (text == null) {
      throw new IllegalArgumentException(
          "the values lack %s=: allowed are %s".formatted(key, range));
    }
    int number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (number < range.from() || number > range.to()) {
      throw new IllegalArgumentException(
          "%s=%s: allowed are %s".formatted(key, Text.shown(text), range));
    }
    return number;
  }

  static String queuesKey(String device) {
    return device.equals("net") ? "max_queue_pairs" : "max_queues";
  }

  private static Map<String, Range> limits(String device) {
    return device.equals("net") ? NET_LIMITS : BLK_LIMITS;
  }

  private record Range(int from, int to) {

    @Override
    public String toString() {
      return from + " to " + to;
    }
  }
}
