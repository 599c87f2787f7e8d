package io.mooring.api.memory;

import java.util.Arrays;
import java.util.List;

/**
 * Ranges of addresses that a device is given, each in one piece in this process: the regions by
 * guest address, or by IOVA what an IOMMU maps. Ascending by unsigned address.
 */
final class Extents {

  private int count;
  private long[] start = {};
  private long[] size = {};
  private long[] host = {};
  private int[] permissions = {};

  /** Guest addresses as they are: everything may be read and written. */
  static Extents of(List<MappedRegion> sorted) {
    var extents = new Extents();
    for (MappedRegion each : sorted) {
      Region region = each.region();
      extents.add(
          region.guestAddress(), region.size(), each.hostAddress(), Iotlb.READ | Iotlb.WRITE);
    }
    return extents;
  }

  /** What an IOMMU maps to user addresses that are in a region. */
  static Extents of(Iotlb iotlb, List<MappedRegion> regions) {
    var extents = new Extents();
    for (Iotlb.Entry each : iotlb.entries()) {
      long done = 0;
      while (done < each.size()) {
        long part = extents.addPart(each, done, regions);
        if (part == 0) {
          break;
        }
        done += part;
      }
    }
    return extents;
  }

  private long addPart(Iotlb.Entry entry, long done, List<MappedRegion> regions) {
    for (MappedRegion each : regions) {
      long offset = entry.userAddress() + done - each.region().userAddress();
      if (offset >= 0 && offset < each.region().size()) {
        long part = Math.min(entry.size() - done, each.region().size() - offset);
        add(entry.iova() + done, part, each.hostAddress() + offset, entry.permissions());
        return part;
      }
    }
    return 0;
  }

  private void add(long address, long bytes, long to, int allowed) {
    int last = count - 1;
    if (count > 0
        && start[last] + size[last] == address
        && host[last] + size[last] == to
        && permissions[last] == allowed) {
      size[last] += bytes;
      return;
    }
    if (count == start.length) {
      int room = 2 * count + 8;
      start = Arrays.copyOf(start, room);
      size = Arrays.copyOf(size, room);
      host = Arrays.copyOf(host, room);
      permissions = Arrays.copyOf(permissions, room);
    }
    start[count] = address;
    size[count] = bytes;
    host[count] = to;
    permissions[count] = allowed;
    count++;
  }

  /** Index of the extent that holds an address, or -1. */
  int find(long address) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(start[middle], address) > 0) {
        high = middle - 1;
      } else if (Long.compareUnsigned(address - start[middle], size[middle]) >= 0) {
        low = middle + 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  long start(int index) {
    return start[index];
  }

  long size(int index) {
    return size[index];
  }

  long host(int index) {
    return host[index];
  }

  boolean allows(int index, int needed) {
    return (permissions[index] & needed) == needed;
  }
}
