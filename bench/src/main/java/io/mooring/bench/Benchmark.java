package io.mooring.bench;

import com.google.gson.JsonObject;
import java.util.List;

/** One benchmark: {@code ./mooring bench NAME}. {@link Main} lists them. */
interface Benchmark {

  String name();

  /** One line for the list. */
  String purpose();

  /** What can be set, with defaults that give a result worth citing. */
  List<Option> options();

  /** How to read the result, for the help and below the table. */
  String notes();

  /**
   * Measures and prints a table.
   *
   * @return every sample and what was made of them
   */
  JsonObject run(Settings settings, Bench bench) throws BenchException, InterruptedException;
}
