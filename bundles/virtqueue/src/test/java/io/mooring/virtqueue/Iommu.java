package io.mooring.virtqueue;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.SequencedSet;

/**
 * A guest's IOMMU and the front-end's answers: every page that no ring is in has an IOVA that is
 * another page's guest address, so that what is in one piece for the device is scattered.
 */
final class Iommu {

  static final int PAGE = 4096;

  private static final int FIRST_SCATTERED = (int) ((Guest.BUFFERS - Guest.GUEST) / PAGE);
  private static final int PAGES = (int) ((Guest.END - Guest.GUEST) / PAGE);

  private record Miss(long iova, int permissions) {}

  private final MemoryTable regions;
  private final Random random;
  private final List<Integer> pages = new ArrayList<>();
  private final SequencedSet<Miss> misses = new LinkedHashSet<>();
  private final int[] allowed = new int[PAGES];
  private Iotlb known = Iotlb.EMPTY;

  /** Behind it are the regions of a table. */
  Iommu(MemoryTable regions, Random random) {
    this.regions = regions;
    this.random = random;
    for (int i = 0; i < PAGES; i++) {
      pages.add(i);
    }
    Collections.shuffle(pages.subList(FIRST_SCATTERED, PAGES), random);
  }

  long physical(long iova) {
    long offset = iova - Guest.GUEST;
    return Guest.GUEST + (long) pages.get((int) (offset / PAGE)) * PAGE + offset % PAGE;
  }

  /** What the front-end has told so far. */
  MemoryTable table() {
    return regions.withIotlb(known, (iova, permissions) -> misses.add(new Miss(iova, permissions)));
  }

  /** Misses that were told and not answered. */
  int misses() {
    return misses.size();
  }

  /** The front-end answers the oldest miss. */
  void answer() {
    Miss miss = misses.removeFirst();
    long page = (miss.iova - Guest.GUEST) / PAGE;
    // A whole ring at once, or a page and perhaps the next.
    long count = page < FIRST_SCATTERED ? FIRST_SCATTERED - page : 1;
    int permissions = miss.permissions | random.nextInt(4);
    long iova = Guest.GUEST + page * PAGE;
    long user = physical(iova) - Guest.GUEST + Guest.USER;
    know(known.with(new Iotlb.Entry(iova, count * PAGE, user, permissions)));
  }

  /** The guest takes away what a device may do with some pages. */
  void invalidate() {
    long page = random.nextInt(PAGES);
    know(known.without(Guest.GUEST + page * PAGE, (1L + random.nextInt(8)) * PAGE));
  }

  /** Whether the device may read and write the ring, as far as the front-end has told. */
  boolean allowsRing() {
    return allows(Guest.GUEST, Guest.BUFFERS - Guest.GUEST, Iotlb.READ | Iotlb.WRITE);
  }

  /** Whether the device may do so with all of a range, as far as the front-end has told. */
  boolean allows(long iova, long length, int permissions) {
    for (long at = iova; at < iova + length; at = (at / PAGE + 1) * PAGE) {
      int page = (int) ((at - Guest.GUEST) / PAGE);
      if ((allowed[page] & permissions) != permissions) {
        return false;
      }
    }
    return true;
  }

  private void know(Iotlb iotlb) {
    known = iotlb;
    Arrays.fill(allowed, 0);
    for (Iotlb.Entry each : known.entries()) {
      int first = (int) ((each.iova() - Guest.GUEST) / PAGE);
      Arrays.fill(allowed, first, first + (int) (each.size() / PAGE), each.permissions());
    }
  }
}
