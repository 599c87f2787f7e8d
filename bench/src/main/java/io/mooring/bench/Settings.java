package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The values of a benchmark's options. */
final class Settings {

  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = values;
  }

  /** Reads {@code --flag value} and {@code --flag=value}. */
  static Settings parse(List<Option> known, List<String> arguments) throws BenchException {
    var values = new HashMap<String, String>();
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String[] parts = rest.next().split("=", 2);
      String flag = parts[0];
      if (known.stream().noneMatch(option -> option.flag().equals(flag))) {
        throw BenchException.usage(
            "%s: unknown option, known are %s"
                .formatted(
                    flag, known.stream().map(Option::flag).collect(Collectors.joining(", "))));
      }
      if (parts.length == 1 && !rest.hasNext()) {
        throw BenchException.usage(flag + ": its value is missing");
      }
      if (values.put(flag, parts.length == 2 ? parts[1] : rest.next()) != null) {
        throw BenchException.usage(flag + ": given twice");
      }
    }
    known.forEach(option -> values.putIfAbsent(option.flag(), option.fallback()));
    return new Settings(values);
  }

  /** All of them, for the record. */
  JsonElement json() {
    return new Gson().toJsonTree(new TreeMap<>(values));
  }

  String text(String flag) {
    return values.get(flag);
  }

  int number(String flag, int least, int most) throws BenchException {
    return number(flag, text(flag), least, most);
  }

  /** Yes or no. */
  boolean yes(String flag) throws BenchException {
    return switch (text(flag)) {
      case "yes" -> true;
      case "no" -> false;
      default ->
          throw BenchException.usage("%s %s: expected yes or no".formatted(flag, text(flag)));
    };
  }

  /** A list of numbers, as {@code 64,1500}. */
  List<Integer> numbers(String flag, int least, int most) throws BenchException {
    var numbers = new ArrayList<Integer>();
    for (String each : text(flag).split(",", -1)) {
      numbers.add(number(flag, each, least, most));
    }
    return numbers;
  }

  private static int number(String flag, String text, int least, int most) throws BenchException {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw BenchException.usage(
        "%s %s: expected a number from %d to %d".formatted(flag, text, least, most));
  }
}
