package io.mooring.api.memory;

import java.util.Comparator;
import java.util.List;

/**
 * The regions of one port at one moment: immutable, so that an engine may keep it through a burst.
 * Addresses and lengths from a guest are hostile; every method takes any value.
 */
public final class MemoryTable {

  /** The host address that no translation gives. */
  public static final long NONE = 0;

  /** No memory at all. */
  public static final MemoryTable EMPTY = new MemoryTable(List.of());

  private final List<MappedRegion> regions;
  private final long[] guestStart;
  private final long[] userStart;
  private final long[] size;
  private final long[] hostStart;

  /** A table of regions that do not overlap. */
  public MemoryTable(List<MappedRegion> mapped) {
    regions =
        mapped.stream()
            .sorted(
                Comparator.comparing(each -> each.region().guestAddress(), Long::compareUnsigned))
            .toList();
    guestStart = regions.stream().mapToLong(each -> each.region().guestAddress()).toArray();
    userStart = regions.stream().mapToLong(each -> each.region().userAddress()).toArray();
    size = regions.stream().mapToLong(each -> each.region().size()).toArray();
    hostStart = regions.stream().mapToLong(MappedRegion::hostAddress).toArray();
  }

  /** The regions, ascending by guest address. */
  public List<MappedRegion> regions() {
    return regions;
  }

  /**
   * Translates a guest address (GPA) range that lies in one region.
   *
   * @return the host address of its first byte, or {@link #NONE} when any byte of it is outside or
   *     in another region
   */
  public long guestToHost(long address, long length) {
    return translate(guestStart, address, length);
  }

  /**
   * The same for a front-end's user address (UVA), as ring addresses are given without an IOMMU.
   */
  public long userToHost(long address, long length) {
    return translate(userStart, address, length);
  }

  /** How many bytes from a guest address on lie in the same region; 0 when it is in none. */
  public long contiguous(long address) {
    for (int i = 0; i < guestStart.length; i++) {
      long offset = address - guestStart[i];
      if (offset >= 0 && offset < size[i]) {
        return size[i] - offset;
      }
    }
    return 0;
  }

  private long translate(long[] start, long address, long length) {
    for (int i = 0; i < start.length; i++) {
      long offset = address - start[i];
      // offset and length are non-negative and at most size, so the subtraction cannot wrap.
      if (offset >= 0 && length >= 0 && offset < size[i] && length <= size[i] - offset) {
        return hostStart[i] + offset;
      }
    }
    return NONE;
  }
}
