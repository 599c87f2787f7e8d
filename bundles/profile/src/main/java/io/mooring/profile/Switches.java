package io.mooring.profile;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The features that the operator switched off.
 *
 * @param off feature names by port; those of all ports under {@link #ALL}
 */
record Switches(NavigableMap<String, NavigableSet<String>> off) {

  /** Stands for every port. */
  static final String ALL = "";

  /** Nothing is off. */
  static final Switches NONE = new Switches(Collections.emptyNavigableMap());

  private static final String KEY = "off";

  /** What operators call several features at once, in both directions. */
  private static final NavigableMap<String, List<String>> GROUPS =
      new TreeMap<>(
          Map.of(
              "tso", List.of("guest_tso4", "guest_tso6", "host_tso4", "host_tso6"),
              "ufo", List.of("guest_ufo", "host_ufo"),
              "ecn", List.of("guest_ecn", "host_ecn"),
              "uso", List.of("guest_uso4", "guest_uso6", "host_uso")));

  /** Every name that {@link #with} takes, sorted. */
  static NavigableSet<String> names() {
    var names = new TreeSet<>(GROUPS.keySet());
    names.addAll(FeatureNames.of("net").all());
    names.addAll(FeatureNames.of("blk").all());
    return names;
  }

  /**
   * The same with a feature or a group switched.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  Switches with(String feature, boolean on, String port) {
    NavigableSet<String> names = names();
    if (!names.contains(feature)) {
      throw new IllegalArgumentException(
          "no feature or group %s%s".formatted(Text.shown(feature), Text.hint(feature, names)));
    }
    List<String> features = GROUPS.getOrDefault(feature, List.of(feature));
    var now = new TreeMap<>(off);
    var ofPort = new TreeSet<>(now.getOrDefault(port, Collections.emptyNavigableSet()));
    if (on) {
      features.forEach(ofPort::remove);
    } else {
      ofPort.addAll(features);
    }
    now.put(port, ofPort);
    now.values().removeIf(Set::isEmpty);
    return new Switches(now);
  }

  /** The bits that are off for a port of a device type, by its own switches or those of all. */
  long mask(String device, String port) {
    FeatureNames names = FeatureNames.ofAny(device);
    return Stream.of(port, ALL)
        .distinct()
        .flatMap(each -> off.getOrDefault(each, Collections.emptyNavigableSet()).stream())
        .flatMapToInt(name -> names.bit(name).stream())
        .mapToLong(bit -> 1L << bit)
        .reduce(0, (a, b) -> a | b);
  }

  /**
   * Reads a configuration: {@code off = tso host_ufo} for all ports, {@code off.NAME} for one.
   *
   * @throws IllegalArgumentException when a name is unknown
   */
  static Switches of(Map<String, ?> configuration) {
    Switches switches = NONE;
    for (var each : configuration.entrySet()) {
      if (each.getKey().equals(KEY) || each.getKey().startsWith(KEY + ".")) {
        String port = each.getKey().substring(Math.min(KEY.length() + 1, each.getKey().length()));
        for (String name : String.valueOf(each.getValue()).strip().split("[, ]+", -1)) {
          switches = name.isEmpty() ? switches : switches.with(name, false, port);
        }
      }
    }
    return switches;
  }

  /** What {@link #of} reads. */
  NavigableMap<String, String> configuration() {
    var configuration = new TreeMap<String, String>();
    off.forEach((port, names) ->
        configuration.put(port.equals(ALL) ? KEY : KEY + "." + port, String.join(" ", names)));
    return configuration;
  }
}
