package io.mooring.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command takes and what its help says.
 *
 * @param name without the scope
 * @param purpose one line
 * @param positionals names of the arguments without a flag, in order; one in brackets may be
 *     absent, and the last, when it ends in three dots, be repeated. Tab completes by the name: an
 *     alternative of {@code up|down} is itself, one in capitals one of {@link Names}
 * @param options the flags; every command has {@code --json} and {@code --help} besides
 */
record Usage(String name, String purpose, List<String> positionals, List<Option> options) {

  /**
   * A flag.
   *
   * @param flag with its dashes
   * @param value the value's name, as those of positionals; empty when it takes none; one that ends
   *     in three dots may be given again, and the values are put together with commas
   */
  record Option(String flag, String value, String purpose, boolean required) {

    private String synopsis() {
      return (flag + " " + value).strip();
    }
  }

  /** What the user gave. */
  record Given(List<String> positionals, Map<String, String> options, boolean json) {

    String positional(int index) {
      return positionals.get(index);
    }

    Optional<String> option(String flag) {
      return Optional.ofNullable(options.get(flag));
    }

    Optional<String> optional(int index) {
      return index < positionals.size() ? Optional.of(positionals.get(index)) : Optional.empty();
    }
  }

  static Usage of(String name, String purpose, String... positionals) {
    return new Usage(name, purpose, List.of(positionals), List.of());
  }

  Usage with(Option... more) {
    return new Usage(name, purpose, positionals, List.of(more));
  }

  /** Reads a command line, flags and positional arguments in any order. */
  Given parse(List<?> arguments) throws CommandException {
    var given = new ArrayList<String>();
    var values = new HashMap<String, String>();
    boolean json = false;
    for (var rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = String.valueOf(rest.next());
      if (argument.equals("--json")) {
        json = true;
      } else if (!argument.startsWith("--")) {
        given.add(argument);
      } else {
        int equals = argument.indexOf('=');
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        Iterator<?> words = equals < 0 ? rest : List.of(argument.substring(equals + 1)).iterator();
        String value = value(flag, words);
        if (values.containsKey(flag) && !repeatable(flag)) {
          throw wrong(flag + ": given twice");
        }
        values.merge(flag, value, (first, second) -> first + "," + second);
        if (equals > 0 && words.hasNext()) {
          throw wrong(flag + ": takes no value");
        }
      }
    }
    complete(given, values);
    return new Given(List.copyOf(given), Map.copyOf(values), json);
  }

  private boolean repeatable(String flag) {
    return options.stream()
        .anyMatch(option -> option.flag().equals(flag) && option.value().endsWith("..."));
  }

  private String value(String flag, Iterator<?> words) throws CommandException {
    Option known =
        options.stream()
            .filter(option -> option.flag().equals(flag))
            .findFirst()
            .orElseThrow(() -> wrong(flag + ": unknown option"));
    if (known.value().isEmpty()) {
      return "";
    }
    String value = words.hasNext() ? String.valueOf(words.next()) : "";
    if (value.isEmpty() || value.startsWith("--")) {
      throw wrong(flag + ": its value is missing");
    }
    return value;
  }

  private void complete(List<String> given, Map<String, String> values) throws CommandException {
    long needed = positionals.stream().filter(positional -> !positional.startsWith("[")).count();
    if (given.size() < needed) {
      throw wrong(positionals.get(given.size()) + " is missing");
    }
    boolean repeated = !positionals.isEmpty() && positionals.getLast().endsWith("...");
    if (given.size() > positionals.size() && !repeated) {
      throw wrong("'" + given.get(positionals.size()) + "' is one argument too many");
    }
    for (Option option : options) {
      if (option.required() && !values.containsKey(option.flag())) {
        throw wrong(option.flag() + " is missing");
      }
    }
  }

  private CommandException wrong(String what) {
    return new CommandException(name + ": " + what + "; usage: " + synopsis());
  }

  String synopsis() {
    var words = new ArrayList<String>(List.of("vhost:" + name));
    words.addAll(positionals);
    for (Option option : options) {
      words.add(option.required() ? option.synopsis() : "[" + option.synopsis() + "]");
    }
    words.add("[--json]");
    return String.join(" ", words);
  }

  private List<Option> flags() {
    var flags = new ArrayList<>(options);
    flags.add(new Option("--json", "", "answer in JSON", false));
    flags.add(new Option("--help", "", "this text", false));
    return flags;
  }

  /** What tab completes. */
  Syntax syntax() {
    return new Syntax(purpose, positionals, flags());
  }

  String help() {
    var lines = new ArrayList<List<String>>();
    for (Option option : flags()) {
      lines.add(List.of("  " + option.synopsis(), option.purpose()));
    }
    return "%s - %s%n%nusage: %s%n%s".formatted(name, purpose, synopsis(), Table.align(lines));
  }
}
