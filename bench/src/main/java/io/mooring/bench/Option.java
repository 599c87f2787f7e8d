package io.mooring.bench;

/**
 * An option of a benchmark.
 *
 * @param flag as {@code --pairs}
 * @param fallback the value when it is not given
 * @param meaning for the help
 */
record Option(String flag, String fallback, String meaning) {}
