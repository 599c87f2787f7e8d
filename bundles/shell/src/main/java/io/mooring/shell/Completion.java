package io.mooring.shell;

import io.mooring.shell.Usage.Option;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What tab offers for a word of a command's line: flags, or the alternatives that the name of a
 * value or an argument lists. One in small letters is itself, as {@code server}; another stands for
 * what {@link Names} knows by it, as {@code PORT}.
 *
 * @param offers what the word can be
 * @param files whether it can be a file, too
 */
record Completion(List<Offer> offers, boolean files) {

  /** A word and what it is for; empty when it says so itself. */
  record Offer(String word, String purpose) {}

  /** Finds what is known by a name. */
  @FunctionalInterface
  interface Known {
    List<String> by(String name);
  }

  private static final String FILE = "FILE";

  /**
   * Completes a word.
   *
   * @param before the words before it, without the command
   * @param word so much of it as is there
   */
  static Completion of(Syntax syntax, List<String> before, String word, Known known) {
    var given = new HashSet<String>();
    int positionals = 0;
    String value = "";
    for (String each : before) {
      if (!value.isEmpty()) {
        value = "";
      } else if (each.startsWith("--")) {
        given.add(flag(each));
        value = each.contains("=") ? "" : value(syntax, each);
      } else {
        positionals++;
      }
    }
    if (!value.isEmpty()) {
      return values(value, known);
    }
    if (word.startsWith("--") && word.contains("=")) {
      String flag = flag(word);
      return values(value(syntax, flag), known).after(flag + "=");
    }
    String positional = positional(syntax.positionals(), positionals);
    return word.startsWith("-") || positional.isEmpty()
        ? flags(syntax, given)
        : values(positional, known);
  }

  private static String flag(String word) {
    return word.split("=", 2)[0];
  }

  private static String value(Syntax syntax, String flag) {
    return syntax.flags().stream()
        .filter(option -> option.flag().equals(flag))
        .map(Option::value)
        .findFirst()
        .orElse("");
  }

  private static String positional(List<String> names, int index) {
    if (index < names.size()) {
      return names.get(index);
    }
    return !names.isEmpty() && names.getLast().endsWith("...") ? names.getLast() : "";
  }

  private static Completion flags(Syntax syntax, Set<String> given) {
    List<Offer> offers =
        syntax.flags().stream()
            .filter(option -> option.value().endsWith("...") || !given.contains(option.flag()))
            .map(option -> new Offer(option.flag(), option.purpose()))
            .toList();
    return new Completion(offers, false);
  }

  private static Completion values(String name, Known known) {
    var words = new ArrayList<String>();
    List<String> alternatives = Syntax.alternatives(name);
    for (String each : alternatives) {
      if (each.matches("[a-z-]+")) {
        words.add(each);
      } else {
        words.addAll(known.by(each));
      }
    }
    return new Completion(
        words.stream().map(word -> new Offer(word, "")).toList(), alternatives.contains(FILE));
  }

  /** The same behind a flag and its equals sign. Files are completed as whole words only. */
  private Completion after(String prefix) {
    return new Completion(
        offers.stream().map(offer -> new Offer(prefix + offer.word(), offer.purpose())).toList(),
        false);
  }
}
