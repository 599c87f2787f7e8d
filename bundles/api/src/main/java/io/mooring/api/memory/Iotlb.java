package io.mooring.api.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * What the front-end has told of its IOMMU so far (vhost-user, "IOMMU support"): how the addresses
 * that the guest gives to devices (IOVA) map to user addresses. Immutable; an update or an
 * invalidation makes another one, which the port gives to its queues in a new {@link MemoryTable}.
 */
public final class Iotlb {

  /** Permission bits of a VHOST_USER_IOTLB_MSG. */
  public static final int READ = 1;

  public static final int WRITE = 2;

  /** Nothing told yet: every access is a miss. */
  public static final Iotlb EMPTY = new Iotlb(List.of());

  /** As many as vhost in the kernel keeps; another one drops one. */
  public static final int MOST = 2048;

  /**
   * One mapping.
   *
   * @param iova its first address
   * @param size in bytes, above 0; it ends below 2^64
   * @param userAddress what {@code iova} maps to (UVA)
   * @param permissions {@link #READ}, {@link #WRITE}, both or 0
   */
  public record Entry(long iova, long size, long userAddress, int permissions) {

    /** Refuses a range that is empty or wraps; the message names it. */
    public Entry {
      if (size <= 0 || wraps(iova, size) || wraps(userAddress, size)) {
        throw new IllegalArgumentException(
            "IOTLB entry 0x%x size 0x%x user 0x%x is empty or wraps"
                .formatted(iova, size, userAddress));
      }
    }

    private static boolean wraps(long address, long size) {
      return Long.compareUnsigned(address + (size - 1), address) < 0;
    }

    private long last() {
      return iova + (size - 1);
    }
  }

  /** Who asks the front-end for a mapping that an access lacks. */
  @FunctionalInterface
  public interface MissHandler {

    /**
     * An access has to wait for a mapping. Called on a worker, perhaps again for the same address:
     * must be quick, must not block, and leaves it to another thread to ask (VHOST_USER_BACKEND_
     * IOTLB_MSG, miss) and to give the queues the table with the answer.
     *
     * @param iova the address that has no mapping with these permissions
     * @param permissions what the access needs, {@link #READ}, {@link #WRITE} or both
     */
    void missing(long iova, int permissions);
  }

  /** Ascending by unsigned IOVA; they do not overlap. */
  private final List<Entry> entries;

  private Iotlb(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The mappings, ascending by address; they do not overlap. */
  public List<Entry> entries() {
    return entries;
  }

  /** With one mapping more (an update); those that overlap it are gone. */
  public Iotlb with(Entry added) {
    int from = firstFrom(added.iova);
    int to = firstAfter(added.last());
    List<Entry> all = new ArrayList<>(entries.size() + 1);
    all.addAll(entries.subList(0, from));
    all.add(added);
    all.addAll(entries.subList(to, entries.size()));
    if (all.size() > MOST) {
      // One far away: who asked for this one may have asked for its neighbours. The next access to
      // it is a miss and brings it back.
      all.remove((from + MOST / 2) % all.size());
    }
    return new Iotlb(all);
  }

  /**
   * Without the mappings that share a byte with a range (an invalidation). A range that wraps ends
   * at the top, so that size 0 at address 0 is everything.
   */
  public Iotlb without(long iova, long size) {
    long end = iova + (size - 1);
    int from = firstFrom(iova);
    int to = firstAfter(Long.compareUnsigned(end, iova) < 0 ? -1 : end);
    if (from == to) {
      return this;
    }
    List<Entry> rest = new ArrayList<>(entries.subList(0, from));
    rest.addAll(entries.subList(to, entries.size()));
    return new Iotlb(rest);
  }

  /** Index of the first entry that ends at or after an address. */
  private int firstFrom(long address) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(entries.get(middle).last(), address) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of the first entry that starts after an address. */
  private int firstAfter(long address) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(entries.get(middle).iova, address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
