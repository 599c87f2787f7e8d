package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which processor each side has for itself. */
record Processors(int load, int backEnd) {

  private static final Pattern ALLOWED = Pattern.compile("Cpus_allowed_list:\\s+([0-9,-]+)");

  /**
   * Reads {@code --cores LOAD,BACK-END}.
   *
   * @param available the processors that this process may use
   */
  static Processors of(Settings settings, SortedSet<Integer> available) throws BenchException {
    List<Integer> numbers = settings.numbers("--cores", 0, 9999);
    if (numbers.size() != 2
        || numbers.get(0).equals(numbers.get(1))
        || !available.containsAll(numbers)) {
      throw BenchException.usage(
          "--cores %s: expected two different ones of this machine's processors %s"
              .formatted(settings.text("--cores"), available));
    }
    return new Processors(numbers.get(0), numbers.get(1));
  }

  /** The processors that this process may use. */
  static SortedSet<Integer> available() throws BenchException {
    try {
      return parse(allowed(Files.readString(Path.of("/proc/self/status"))));
    } catch (IOException exception) {
      throw BenchException.failed("cannot read " + exception.getMessage());
    }
  }

  /** Of a thread's {@code status} file, the processors that it may use, in the kernel's form. */
  static String allowed(String status) throws IOException {
    Matcher matcher = ALLOWED.matcher(status);
    if (matcher.find()) {
      return matcher.group(1);
    }
    throw new IOException("a thread's status: it has no Cpus_allowed_list");
  }

  /** Reads the kernel's form of a list, {@code 0-3,8}. */
  static SortedSet<Integer> parse(String list) {
    var numbers = new TreeSet<Integer>();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
