package io.mooring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Huge pages for a run: those that are free, or else as many more as are missing until it ends. */
final class HugePages implements AutoCloseable {

  private static final Path POOL = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
  private static final Path TOTAL = POOL.resolve("nr_hugepages");

  /** For the load and for a DPDK back-end. */
  private static final long NEEDED = 2 * GuestMemory.MEBIBYTES / 2;

  private final long added;

  private HugePages(long added) {
    this.added = added;
  }

  /** Returns what memory a run can have. */
  static GuestMemory reserve(Bench bench) {
    try {
      long missing = NEEDED - free();
      if (missing > 0) {
        long before = number("nr_hugepages");
        Files.writeString(TOTAL, Long.toString(before + missing));
        // The kernel gives as many as it finds.
        bench.own(new HugePages(number("nr_hugepages") - before));
      }
      return free() >= NEEDED ? GuestMemory.HUGE_PAGES : GuestMemory.SMALL_PAGES;
    } catch (IOException _) {
      return GuestMemory.SMALL_PAGES;
    }
  }

  private static long free() throws IOException {
    return number("free_hugepages") - number("resv_hugepages");
  }

  private static long number(String file) throws IOException {
    return Long.parseLong(Files.readString(POOL.resolve(file)).strip());
  }

  @Override
  public void close() throws IOException {
    // Others may have changed the number meanwhile.
    Files.writeString(TOTAL, Long.toString(Math.max(0, number("nr_hugepages") - added)));
  }
}
