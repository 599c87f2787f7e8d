package io.mooring.profile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/** What is common to error lines about text that somebody else wrote. */
final class Text {

  private static final int SHOWN = 60;

  private Text() {}

  /** A piece of foreign text, short and printable, so that it cannot spoil a log or a terminal. */
  static String shown(String text) {
    String start = text.length() > SHOWN ? text.substring(0, SHOWN) : text;
    String printable = start.replaceAll("[^\\x20-\\x7e]", "?") + (text.length() > SHOWN ? "…" : "");
    return printable.isEmpty() ? "''" : printable;
  }

  /** A hint at the name that was probably meant, or nothing. */
  static String hint(String written, Collection<String> known) {
    return nearest(written, known).map("; did you mean %s?"::formatted).orElse("");
  }

  /** The known name that differs least, if it differs little. */
  static Optional<String> nearest(String written, Collection<String> known) {
    if (written.length() > SHOWN) {
      return Optional.empty();
    }
    int allowed = Math.max(1, written.length() / 3);
    return known.stream()
        .filter(name -> Math.abs(name.length() - written.length()) <= allowed)
        .filter(name -> distance(written, name) <= allowed)
        .min(Comparator.comparingInt(name -> distance(written, name)));
  }

  /** Single letters inserted, deleted or replaced, and neighbours exchanged. */
  private static int distance(String a, String b) {
    int[] older = new int[b.length() + 1];
    int[] old = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = old[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(old[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], older[j - 2] + 1);
        }
      }
      older = old;
      old = row;
    }
    return old[b.length()];
  }
}
