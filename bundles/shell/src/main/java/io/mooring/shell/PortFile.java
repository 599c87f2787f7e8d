package io.mooring.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Collectors;

/** A port's configuration as a file of the home, where FileInstall finds it at the next start. */
final class PortFile {

  /** By this property FileInstall knows the file that a configuration came from. */
  static final String FILE_NAME = "felix.fileinstall.filename";

  private final Path path;

  PortFile(Path etc, String name) {
    path = etc.resolve("io.mooring.port~" + name + ".cfg");
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** The whole file appears at once, or none of it. */
  void write(Map<String, String> settings) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.writeString(draft, text(settings));
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  private static String text(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = " + escape(setting.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  /** A value as a properties file holds it; {@code ${…}} would be substituted otherwise. */
  static String escape(String value) {
    return value.replace("\\", "\\\\").replace("$", "\\$");
  }
}
