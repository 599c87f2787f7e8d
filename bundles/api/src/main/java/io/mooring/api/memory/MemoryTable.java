package io.mooring.api.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The guest memory of one port at one moment: its regions, and with an IOMMU what that maps, and
 * during a migration the log of what is written. Immutable, so that an engine may keep it through a
 * burst. Addresses and lengths from a guest are hostile; every method takes any value.
 *
 * <p>A <em>device address</em> is what a guest puts into a descriptor: a guest address (GPA), or an
 * I/O virtual address (IOVA) when an IOMMU translates ({@link #translated}).
 */
public final class MemoryTable {

  /** The host address that no translation gives. */
  public static final long NONE = 0;

  /** No memory at all. */
  public static final MemoryTable EMPTY = new MemoryTable(List.of());

  private final List<MappedRegion> regions;
  private final Optional<DirtyLog> log;
  private final Optional<Iotlb.MissHandler> misses;
  private final Extents extents;
  private final long[] guestStart;
  private final long[] userStart;
  private final long[] size;
  private final long[] hostStart;

  /** A table of regions that do not overlap, without IOMMU or log. */
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
    log = Optional.empty();
    misses = Optional.empty();
    extents = Extents.of(regions);
  }

  private MemoryTable(
      MemoryTable same,
      Optional<DirtyLog> log,
      Optional<Iotlb.MissHandler> misses,
      Extents extents) {
    regions = same.regions;
    guestStart = same.guestStart;
    userStart = same.userStart;
    size = same.size;
    hostStart = same.hostStart;
    this.log = log;
    this.misses = misses;
    this.extents = extents;
  }

  /** The same with a migration log (VHOST_F_LOG_ALL): whoever writes to guest memory marks it. */
  public MemoryTable withLog(DirtyLog dirty) {
    return new MemoryTable(this, Optional.of(dirty), misses, extents);
  }

  /**
   * The same behind an IOMMU (VIRTIO_F_ACCESS_PLATFORM): device addresses and ring addresses are
   * IOVAs. What {@code iotlb} maps to user addresses outside all regions counts as not mapped.
   *
   * @param handler is told what is missing
   */
  public MemoryTable withIotlb(Iotlb iotlb, Iotlb.MissHandler handler) {
    return new MemoryTable(this, log, Optional.of(handler), Extents.of(iotlb, regions));
  }

  /** The regions, ascending by guest address. */
  public List<MappedRegion> regions() {
    return regions;
  }

  /** The migration log, while there is one. */
  public Optional<DirtyLog> log() {
    return log;
  }

  /** Whether an IOMMU translates device addresses. */
  public boolean translated() {
    return misses.isPresent();
  }

  /**
   * Tells the front-end's side that an access waits for a mapping, see {@link Iotlb.MissHandler};
   * without IOMMU nothing.
   */
  public void missing(long iova, int permissions) {
    misses.ifPresent(each -> each.missing(iova, permissions));
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

  /** The same for a front-end's user address (UVA). */
  public long userToHost(long address, long length) {
    return translate(userStart, address, length);
  }

  /**
   * The same for a part of a ring, which is named by its user address, and with an IOMMU by its
   * IOVA.
   *
   * @param permissions what is done there, {@link Iotlb#READ}, {@link Iotlb#WRITE} or both
   */
  public long ringToHost(long address, long length, int permissions) {
    if (!translated()) {
      return userToHost(address, length);
    }
    int extent = extent(address, permissions);
    if (extent < 0 || length < 0 || length > extents.size(extent) - offset(extent, address)) {
      return NONE;
    }
    return extentHost(extent) + offset(extent, address);
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

  /**
   * The extent, a range of device addresses that is in one piece in this process, that holds an
   * address: its number in this table, or -1 when the address has none with these permissions.
   *
   * @param permissions {@link Iotlb#READ}, {@link Iotlb#WRITE} or both; without IOMMU everything is
   *     allowed
   */
  public int extent(long address, int permissions) {
    int found = extents.find(address);
    return found >= 0 && extents.allows(found, permissions) ? found : -1;
  }

  /** Whether an extent may be accessed so. */
  public boolean extentAllows(int extent, int permissions) {
    return extents.allows(extent, permissions);
  }

  /** The first device address of an extent. */
  public long extentStart(int extent) {
    return extents.start(extent);
  }

  /** An extent's size in bytes. */
  public long extentSize(int extent) {
    return extents.size(extent);
  }

  /** The host address of an extent's first byte. */
  public long extentHost(int extent) {
    return extents.host(extent);
  }

  private long offset(int extent, long address) {
    return address - extents.start(extent);
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
