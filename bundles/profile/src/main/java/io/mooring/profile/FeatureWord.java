package io.mooring.profile;

/** A feature word as people write it. */
final class FeatureWord {

  private FeatureWord() {}

  /**
   * Reads {@code 0x130afffa7}.
   *
   * @throws IllegalArgumentException when it is no such number
   */
  static long parse(String text) {
    try {
      return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "features %s is no hexadecimal number".formatted(Text.shown(text)));
    }
  }
}
