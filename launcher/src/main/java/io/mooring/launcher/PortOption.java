package io.mooring.launcher;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A port as {@code --port} or a file names it.
 *
 * @param settings the keys of its configuration, with {@code socket}
 */
record PortOption(String name, Map<String, String> settings) {

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** struct sockaddr_un has 108 bytes for the path, the last of them zero. */
  static final int LONGEST_SOCKET = 107;

  private static final List<String> KEYS =
      List.of("socket", "mode", "profile", "switch", "mtu", "queues", "speed", "postcopy");
  private static final Set<String> NUMBERS = Set.of("mtu", "queues", "speed");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** Reads {@code NAME=SOCKET[,key=value…]}; a relative socket is below {@code directory}. */
  static PortOption parse(String text, Path directory) throws Refusal {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw Refusal.usage("--port " + text + ": expected NAME=SOCKET[,key=value...]");
    }
    String name = text.substring(0, equals);
    List<String> parts = parts(text.substring(equals + 1));
    var settings = new LinkedHashMap<String, String>();
    settings.put("socket", socket(name, parts.getFirst(), directory));
    for (int part = 1; part < parts.size(); part++) {
      int split = parts.get(part).indexOf('=');
      if (split < 0) {
        throw Refusal.usage("--port " + name + ": '" + parts.get(part) + "' is no key=value");
      }
      String key = parts.get(part).substring(0, split);
      if (settings.put(key, parts.get(part).substring(split + 1)) != null) {
        throw Refusal.usage("--port " + name + ": " + key + " is given twice");
      }
    }
    var port = new PortOption(name, settings);
    String fault = port.fault();
    if (!fault.isEmpty()) {
      throw Refusal.usage("--port " + name + ": " + fault);
    }
    return port;
  }

  /** Splits at commas; one that is doubled belongs to a value, as on QEMU's command line. */
  private static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) != ',') {
        part.append(text.charAt(at));
      } else if (text.startsWith(",,", at)) {
        part.append(',');
        at++;
      } else {
        parts.add(part.toString());
        part.setLength(0);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private static String socket(String name, String given, Path directory) throws Refusal {
    try {
      return given.isEmpty() ? "" : directory.resolve(given).toString();
    } catch (InvalidPathException exception) {
      throw Refusal.usage("--port " + name + ": socket: " + exception.getReason());
    }
  }

  /** What is wrong with it, in one line; empty when nothing is. */
  String fault() {
    if (!NAME.matcher(name).matches()) {
      return "a port's name is 1 to 64 of the characters A-Z a-z 0-9 _ . -";
    }
    String socket = settings.getOrDefault("socket", "");
    if (socket.isEmpty()) {
      return "socket is missing; give the path of a unix socket";
    }
    int length = socket.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET) {
      return "socket path has %d bytes, at most %d are allowed: %s"
          .formatted(length, LONGEST_SOCKET, socket);
    }
    for (var setting : settings.entrySet()) {
      String key = setting.getKey();
      String value = setting.getValue();
      if (!KEYS.contains(key)) {
        return "unknown key '%s', known are %s".formatted(key, String.join(", ", KEYS));
      }
      if (value.chars().anyMatch(Character::isISOControl)) {
        return key + " has a control character";
      }
      if (NUMBERS.contains(key) && !NUMBER.matcher(value).matches()) {
        return key + " '" + value + "' is no number";
      }
      if (key.equals("mode") && !value.equals("server") && !value.equals("client")) {
        return "mode '" + value + "' is neither server nor client";
      }
      if (key.equals("postcopy") && !value.equals("true") && !value.equals("false")) {
        return "postcopy '" + value + "' is neither true nor false";
      }
    }
    return "";
  }
}
