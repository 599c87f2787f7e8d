package io.mooring.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processors that this process may run on. */
final class Processors {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private Processors() {}

  /** Refuses {@code --cores} that name others. */
  static void check(String cores) throws Refusal {
    String allowed = allowed();
    for (String core : cores.split(",", -1)) {
      if (!has(allowed, Integer.parseInt(core))) {
        throw Refusal.usage(
            "--cores %s: %s is not a processor of this host, which has %s"
                .formatted(cores, core, allowed));
      }
    }
  }

  /** Whether a list in the kernel's form, {@code 0-3,8}, has a number. */
  static boolean has(String list, int number) {
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      if (Integer.parseInt(ends[0]) <= number
          && number <= Integer.parseInt(ends[ends.length - 1])) {
        return true;
      }
    }
    return false;
  }

  private static String allowed() throws Refusal {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> line.substring(ALLOWED.length()).strip())
          .findFirst()
          .orElseThrow(() -> Refusal.failed(STATUS + ": has no " + ALLOWED));
    } catch (IOException exception) {
      throw Refusal.failed(Reason.of(STATUS, exception));
    }
  }
}
