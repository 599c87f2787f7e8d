package io.mooring.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param file where the results go as JSON
 */
record Request(
    boolean help,
    List<Benchmark> benchmarks,
    Map<String, Settings> settingsByName,
    Optional<Path> file) {

  private static final String JSON = "--json";

  /** Reads {@code [NAME] [OPTIONS]}: without a name it means all benchmarks. */
  static Request parse(List<Benchmark> known, List<String> given) throws BenchException {
    var arguments = new ArrayList<>(given);
    boolean help = arguments.removeAll(List.of("--help", "-h"));
    List<Benchmark> chosen = known;
    if (!arguments.isEmpty() && !arguments.getFirst().startsWith("-")) {
      chosen = List.of(find(known, arguments.removeFirst()));
    }
    if (help) {
      return new Request(true, chosen, Map.of(), Optional.empty());
    }
    Optional<Path> file = takeFile(arguments);
    if (chosen.size() > 1 && !arguments.isEmpty()) {
      throw BenchException.usage(
          "%s: options other than --json go with a benchmark's name, there are %s"
              .formatted(arguments.getFirst(), Main.names(known)));
    }
    var settings = new HashMap<String, Settings>();
    for (Benchmark each : chosen) {
      settings.put(each.name(), Settings.parse(each.options(), arguments));
    }
    return new Request(false, chosen, settings, file);
  }

  private static Benchmark find(List<Benchmark> known, String name) throws BenchException {
    return known.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            BenchException.usage(
                "%s: no such benchmark, there are %s".formatted(name, Main.names(known))));
  }

  private static Optional<Path> takeFile(List<String> arguments) throws BenchException {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith(JSON + "=")) {
        arguments.remove(i);
        return Optional.of(writable(argument.substring(JSON.length() + 1)));
      }
      if (argument.equals(JSON)) {
        if (i + 1 == arguments.size()) {
          throw BenchException.usage("--json: its file is missing");
        }
        arguments.remove(i);
        return Optional.of(writable(arguments.remove(i)));
      }
    }
    return Optional.empty();
  }

  /** Better refused now than after minutes of measuring. */
  private static Path writable(String name) throws BenchException {
    Path file = Path.of(name).toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw BenchException.usage("--json %s: is a directory".formatted(name));
    }
    Path tested = Files.exists(file) ? file : file.getParent();
    if (!Files.isWritable(tested)) {
      throw BenchException.usage("--json %s: cannot write to %s".formatted(name, tested));
    }
    return file;
  }

  Settings settings(Benchmark benchmark) {
    return settingsByName.get(benchmark.name());
  }

  /** Writes the results to the file, if one was named. */
  void write(JsonObject results) throws BenchException {
    if (file.isPresent()) {
      try {
        var gson = new GsonBuilder().setPrettyPrinting().create();
        Files.writeString(file.get(), gson.toJson(results) + "\n");
      } catch (IOException exception) {
        throw BenchException.failed("--json %s: %s".formatted(file.get(), exception));
      }
    }
  }
}
