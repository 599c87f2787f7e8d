package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the numbers were measured on. */
record Machine(String processor, int processors, String kernel, String java) {

  static Machine here() {
    return new Machine(
        processorModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version"),
        Runtime.version().toString());
  }

  private static String processorModel() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException _) {
      return "unknown";
    }
  }
}
