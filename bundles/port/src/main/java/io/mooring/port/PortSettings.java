package io.mooring.port;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a port's configuration says.
 *
 * @param name the port's name
 * @param socket path of its socket, or a template of one path a profile
 * @param client whether to connect rather than listen
 * @param device the device type
 * @param profile the profile to pin, if any
 * @param queuePairs the most queue pairs to offer; 0 for as many as the profile has
 * @param postcopy whether a front-end may have its VM's memory follow later
 * @param device settings all keys that are the device's: {@code switch}, {@code mtu}, {@code speed}
 */
record PortSettings(
    String name,
    SocketPath socket,
    boolean client,
    String device,
    Optional<String> profile,
    int queuePairs,
    boolean postcopy,
    Map<String, String> deviceSettings) {

  private static final Set<String> KEYS =
      Set.of("socket", "mode", "device", "profile", "queues", "postcopy", "switch", "mtu", "speed");

  private static final int MAX_QUEUE_PAIRS = 128;
  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65535;

  /** In Mbit/s: a Tbit/s. */
  private static final int MAX_SPEED = 1_000_000;

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException when a key or a value is wrong; one line that says what is
   *     allowed
   */
  static PortSettings of(String name, Map<String, Object> configuration) {
    var given = new TreeMap<String, String>();
    configuration.forEach((key, value) -> given.put(key, String.valueOf(value).strip()));
    given.keySet().removeIf(key -> key.contains("."));
    given.keySet().stream()
        .filter(key -> !KEYS.contains(key))
        .findFirst()
        .ifPresent(key -> {
          throw new IllegalArgumentException(
              "unknown key %s; the keys are %s".formatted(key, new TreeSet<>(KEYS)));
        });
    String mode = given.getOrDefault("mode", "server");
    if (!mode.equals("server") && !mode.equals("client")) {
      throw new IllegalArgumentException("mode=%s: allowed are server and client".formatted(mode));
    }
    int queues = number(given, "queues", 1, MAX_QUEUE_PAIRS);
    number(given, "mtu", MIN_MTU, MAX_MTU);
    number(given, "speed", 1, MAX_SPEED);
    var deviceSettings = new TreeMap<>(given);
    deviceSettings.keySet().retainAll(Set.of("switch", "mtu", "speed"));
    SocketPath socket = SocketPath.of(given.get("socket"));
    boolean client = mode.equals("client");
    Optional<String> profile =
        Optional.ofNullable(given.get("profile")).filter(text -> !text.isEmpty());
    if (socket.isTemplate() && client) {
      throw new IllegalArgumentException(
          "socket=%s: %%p is for mode=server, a client connects to one socket".formatted(socket));
    }
    if (socket.isTemplate() && profile.isPresent()) {
      throw new IllegalArgumentException(
          "socket=%s: with %%p the socket decides the profile, so profile=%s cannot be given"
              .formatted(socket, profile.get()));
    }
    String device = given.getOrDefault("device", "net");
    return new PortSettings(
        name, socket, client, device, profile, queues, flag(given, "postcopy"), deviceSettings);
  }

  /** The same with a profile to pin, the one of the socket that a front-end chose. */
  PortSettings pinned(String chosen) {
    return new PortSettings(
        name, socket, client, device, Optional.of(chosen), queuePairs, postcopy, deviceSettings);
  }

  /** The largest MTU, where it is less than the profile's. */
  OptionalInt mtu() {
    String text = deviceSettings.get("mtu");
    return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  private static boolean flag(Map<String, String> given, String key) {
    String text = given.getOrDefault(key, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("%s=%s: allowed are true and false".formatted(key, text));
    }
    return text.equals("true");
  }

  private static int number(Map<String, String> given, String key, int least, int most) {
    String text = given.get(key);
    if (text == null) {
      return 0;
    }
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "%s=%s: allowed are %d to %d".formatted(key, text, least, most));
  }
}
