package io.mooring.profile;

import io.mooring.api.profile.Profile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A {@code .profile} file: lines {@code key: value}, where a line that begins with a space goes on
 * with the one before; {@code #} begins a comment line. Keys: {@code name}, {@code source}, {@code
 * aliases} (optional), {@code values}.
 *
 * @param profile what it says
 * @param aliases other names of the same interface
 * @param source where the values come from
 */
record ProfileText(Profile profile, List<String> aliases, String source) {

  /** What a file's name ends in. */
  static final String SUFFIX = ".profile";

  static final int MAX_BYTES = 64 * 1024;

  /** As wide as the files that we ship are. */
  private static final int WIDTH = 100;

  private static final int MAX_NAME = 100;
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of("name", "source", "aliases", "values"));
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)*\\.v[0-9]{1,9}(\\.[0-9]{1,9}){0,4}");

  /**
   * Reads a file's bytes.
   *
   * @throws IllegalArgumentException in one line that says what is wrong
   */
  static ProfileText parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("it is longer than %d bytes".formatted(MAX_BYTES));
    }
    Map<String, String> keys = keys(decode(bytes));
    String name = name(value(keys, "name"));
    List<String> aliases =
        Stream.of(keys.getOrDefault("aliases", "").split("[, ]+"))
            .filter(alias -> !alias.isEmpty())
            .map(ProfileText::name)
            .toList();
    if (aliases.contains(name) || Set.copyOf(aliases).size() < aliases.size()) {
      throw new IllegalArgumentException("its aliases name the same profile twice");
    }
    Profile profile = Values.parse(name, value(keys, "values"));
    return new ProfileText(profile, aliases, value(keys, "source"));
  }

  /** A file that says this of a profile. */
  static String print(Profile profile, String source) {
    var lines = new StringBuilder();
    lines.append("name: ").append(name(profile.name())).append('\n');
    lines.append("source: ").append(source).append('\n');
    var line = new StringBuilder("values: ");
    for (String value : Values.print(profile).split("(?<=,)", -1)) {
      if (line.length() + value.length() > WIDTH) {
        lines.append(line).append('\n');
        line = new StringBuilder("  ");
      }
      line.append(value);
    }
    return lines.append(line).append('\n').toString();
  }

  /** All its names, its own first. */
  Stream<String> names() {
    return Stream.concat(Stream.of(profile.name()), aliases.stream());
  }

  /** Checks a profile's name: a lineage and a version, {@code org.dpdk.v18.11}. */
  static String name(String name) {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name %s is not vendor.vN, lower case, at most %d characters, as org.dpdk.v18.11 is"
              .formatted(Text.shown(name), MAX_NAME));
    }
    return name;
  }

  private static String decode(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().anyMatch(each -> each < ' ' && each != '\n' && each != '\r')) {
        throw new IllegalArgumentException("it is not text: it holds control characters");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not text: it is not UTF-8", e);
    }
  }

  private static Map<String, String> keys(String text) {
    var keys = new LinkedHashMap<String, String>();
    String last = "";
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith(" ") && !last.isEmpty()) {
        keys.merge(last, line.strip(), ProfileText::joined);
        continue;
      }
      String[] pair = line.split(":", 2);
      if (pair.length < 2 || !KEYS.contains(pair[0])) {
        throw new IllegalArgumentException(
            "line %d: %s is none of aliases, name, source, values%s"
                .formatted(number, Text.shown(pair[0]), Text.hint(pair[0], KEYS)));
      }
      last = pair[0];
      if (keys.put(last, pair[1].strip()) != null) {
        throw new IllegalArgumentException("line %d: %s is there twice".formatted(number, last));
      }
    }
    return keys;
  }

  private static String joined(String start, String more) {
    return start.endsWith(",") ? start + more : (start + " " + more).strip();
  }

  private static String value(Map<String, String> keys, String key) {
    String value = keys.getOrDefault(key, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("it lacks %s:".formatted(key));
    }
    return value;
  }
}
