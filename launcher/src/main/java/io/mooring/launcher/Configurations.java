package io.mooring.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code .cfg} files of a home: those of the operator in {@code etc/}, checked here so that a
 * mistake is one line before anything starts, and those of the command line in {@code run/etc/}.
 */
final class Configurations {

  private static final String PORT = "io.mooring.port~";
  private static final String SUFFIX = ".cfg";

  private Configurations() {}

  /** The names of the ports that a directory configures, each checked. */
  static Set<String> check(Path directory) throws Refusal {
    var names = new TreeSet<String>();
    if (!Files.isDirectory(directory)) {
      return names;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList()) {
        Map<String, String> settings = read(file);
        String fileName = file.getFileName().toString();
        if (fileName.startsWith(PORT)) {
          String name = fileName.substring(PORT.length(), fileName.length() - SUFFIX.length());
          String fault = new PortOption(name, settings).fault();
          if (!fault.isEmpty()) {
            throw Refusal.failed(file + ": " + fault);
          }
          names.add(name);
        }
      }
    } catch (IOException exception) {
      throw Refusal.failed(Reason.of(exception));
    }
    return names;
  }

  private static Map<String, String> read(Path file) throws Refusal {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (CharacterCodingException _) {
      throw Refusal.failed(file + ": is not UTF-8 text");
    } catch (IOException exception) {
      throw Refusal.failed(Reason.of(file, exception));
    } catch (IllegalArgumentException exception) {
      throw Refusal.failed(file + ": " + Reason.message(exception));
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(key -> key, properties::getProperty));
  }

  /** The files that the command line stands for, by name. */
  private static Map<String, Map<String, String>> files(StartOptions options) {
    var files = new LinkedHashMap<String, Map<String, String>>();
    options.ports().forEach(port -> files.put(PORT + port.name() + SUFFIX, port.settings()));
    options
        .uplinks()
        .forEach((name, uplink) -> files.put("io.mooring.uplink~" + name + SUFFIX, uplink));
    options
        .cores()
        .ifPresent(cores -> files.put("io.mooring.workers" + SUFFIX, Map.of("cores", cores)));
    return files;
  }

  /** Refuses what {@code etc/} says already. */
  static void checkAgainst(Home home, StartOptions options) throws Refusal {
    for (String name : files(options).keySet()) {
      Path file = home.etc().resolve(name);
      if (Files.exists(file)) {
        throw Refusal.usage("the command line configures what %s does already".formatted(file));
      }
    }
  }

  /** Writes what the command line asks for; FileInstall reads it. */
  static void write(Home home, StartOptions options) throws Refusal {
    try {
      home.clear();
      Files.createDirectories(home.transientEtc());
      for (var file : files(options).entrySet()) {
        Files.writeString(home.transientEtc().resolve(file.getKey()), text(file.getValue()));
      }
    } catch (IOException exception) {
      throw Refusal.failed(Reason.of(exception));
    }
  }

  static String text(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = " + escape(setting.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  /** A value as a properties file holds it; {@code ${…}} would be substituted otherwise. */
  static String escape(String value) {
    return value.replace("\\", "\\\\").replace("$", "\\$");
  }
}
