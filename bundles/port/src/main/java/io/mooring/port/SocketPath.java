package io.mooring.port;

import io.mooring.api.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a port's socket is: a path, or a template of one path a profile, in which {@code %p} stands
 * for the profile's name. A percent sign itself is written {@code %%}.
 *
 * @param text as the operator wrote it, made absolute
 * @param before what stands before the profile's name, or the whole path
 * @param after what stands behind it; empty where there is one path for all
 */
record SocketPath(String text, String before, Optional<String> after) {

  /** A percent sign with what follows it, or what stands between two. */
  private static final Pattern PIECE = Pattern.compile("%.?|[^%]+", Pattern.DOTALL);

  /** The shortest name that a profile can have: {@code a.v1}. */
  private static final int SHORTEST_NAME = 4;

  /**
   * Reads what an operator wrote.
   *
   * @throws IllegalArgumentException in one line that says what is allowed
   */
  static SocketPath of(String given) {
    if (given == null || given.isEmpty()) {
      throw new IllegalArgumentException("socket is missing: a port needs the path of its socket");
    }
    String text = absolute(given);
    var before = new StringBuilder();
    Optional<StringBuilder> after = Optional.empty();
    for (var piece = PIECE.matcher(text); piece.find(); ) {
      StringBuilder part = after.orElse(before);
      switch (piece.group()) {
        case "%%" -> part.append('%');
        case "%p" -> {
          if (after.isPresent()) {
            throw new IllegalArgumentException(
                "socket=%s: %%p is there twice, allowed is once".formatted(given));
          }
          after = Optional.of(new StringBuilder());
        }
        case String sign when sign.startsWith("%") ->
            throw new IllegalArgumentException(
                "socket=%s: %s means nothing; %%p stands for the profile's name, %%%% for a %%"
                    .formatted(given, sign));
        case String plain -> part.append(plain);
      }
    }
    var path = new SocketPath(text, before.toString(), after.map(StringBuilder::toString));
    path.checkLength();
    return path;
  }

  private static String absolute(String given) {
    try {
      return Path.of(given).toAbsolutePath().toString();
    } catch (InvalidPathException invalid) {
      throw new IllegalArgumentException(
          "socket=%s is not a path: %s".formatted(given, invalid.getReason()), invalid);
    }
  }

  private void checkLength() {
    int bytes = bytes(before + after.orElse("")) + (after.isPresent() ? SHORTEST_NAME : 0);
    if (bytes > Transport.MAX_PATH_BYTES) {
      throw new IllegalArgumentException(
          "socket path has %d bytes%s, at most %d are allowed: %s"
              .formatted(
                  bytes,
                  after.isPresent() ? " with the shortest profile name" : "",
                  Transport.MAX_PATH_BYTES,
                  text));
    }
  }

  /** Whether there is a socket for each profile. */
  boolean isTemplate() {
    return after.isPresent();
  }

  /** The path for a profile. */
  Path path(String profile) {
    return Path.of(after.map(end -> before + profile + end).orElse(before));
  }

  /** The one path for all. */
  Path path() {
    return path("");
  }

  /** Why a profile's path cannot be used; empty when it can. One for all was checked before. */
  Optional<String> fault(String profile) {
    int bytes = bytes(path(profile).toString());
    return bytes > Transport.MAX_PATH_BYTES
        ? Optional.of(
            "socket path has %d bytes, at most %d are allowed: %s"
                .formatted(bytes, Transport.MAX_PATH_BYTES, path(profile)))
        : Optional.empty();
  }

  /** How many of the directories above a profile's socket are that profile's own. */
  int ownDirectories() {
    return (int) after.orElse("").chars().filter(each -> each == '/').count();
  }

  private static int bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public String toString() {
    return text;
  }
}
