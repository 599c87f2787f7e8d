package io.mooring.bench;

import java.util.List;

/**
 * What the load's memory is made of; a DPDK back-end gets the same for its own buffers.
 *
 * @param text for the report
 * @param options of DPDK's environment layer
 */
record GuestMemory(String text, List<String> options) {

  /** For each program, in MiB. */
  static final int MEBIBYTES = 256;

  private static final String SIZE = Integer.toString(MEBIBYTES);

  /** From anonymous files, so that no file system of huge pages is needed and no file is left. */
  static final GuestMemory HUGE_PAGES =
      new GuestMemory("huge pages", List.of("-m", SIZE, "--in-memory", "--single-file-segments"));

  static final GuestMemory SMALL_PAGES =
      new GuestMemory(
          "4 KiB pages, as no huge pages can be had",
          List.of("-m", SIZE, "--no-huge", "--no-shconf"));
}
