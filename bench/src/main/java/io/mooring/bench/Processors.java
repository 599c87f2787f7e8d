package io.mooring.bench;

import java.util.List;

/** Which processor each side has for itself. */
record Processors(int load, int backEnd) {

  static Processors of(Settings settings) throws BenchException {
    int available = Runtime.getRuntime().availableProcessors();
    if (available < 2) {
      throw BenchException.failed(
          "the load and the back-end need a processor each, and here is only one");
    }
    List<Integer> numbers = settings.numbers("--cores", 0, 1023);
    if (numbers.size() != 2 || numbers.get(0).equals(numbers.get(1))) {
      throw BenchException.usage(
          "--cores %s: expected two different processors, as 0,1"
              .formatted(settings.text("--cores")));
    }
    return new Processors(numbers.get(0), numbers.get(1));
  }
}
