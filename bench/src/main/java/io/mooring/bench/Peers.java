package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs of others that benchmarks need. */
final class Peers {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Pattern STATUS = Pattern.compile("\\[apt-get ended with (\\d+)]");

  private Peers() {}

  /**
   * Sees to it that a program is there: root on a Debian gets it installed.
   *
   * @param packages that hold it
   */
  static void need(Bench bench, String program, String packages)
      throws BenchException, InterruptedException {
    if (installed(program)) {
      return;
    }
    String command = "apt-get install -y --no-install-recommends " + packages;
    if (!superuser() || !installed("apt-get")) {
      throw BenchException.failed(
          "%s not found: it is in Debian's packages %s; install them with: sudo %s"
              .formatted(program, packages, command));
    }
    bench.progress().show("installing " + packages + " with apt-get, for " + program);
    String script =
        "%s || { apt-get update && %s; }; echo \"[apt-get ended with $?]\""
            .formatted(command, command);
    try (Child child =
        bench.start(
            "apt-get",
            List.of("sh", "-c", script),
            Map.of("DEBIAN_FRONTEND", "noninteractive", "LC_ALL", "C"))) {
      child.await(STATUS, PATIENCE);
    }
    if (!installed(program)) {
      throw BenchException.failed(
          "%s not found, and this did not bring it: %s".formatted(program, command));
    }
  }

  private static boolean installed(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static boolean superuser() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException _) {
      return false;
    }
  }
}
