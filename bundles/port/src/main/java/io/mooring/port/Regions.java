package io.mooring.port;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One session's memory regions with their descriptors. The connection's thread changes them. */
final class Regions {

  private final String port;
  private final PortRooms rooms;
  private List<MappedRegion> mapped = List.of();

  Regions(String port, PortRooms rooms) {
    this.port = port;
    this.rooms = rooms;
  }

  List<MappedRegion> mapped() {
    return mapped;
  }

  MemoryTable table() {
    return new MemoryTable(mapped);
  }

  /**
   * Maps regions beside those that are there; when one cannot be mapped, none is, and the
   * descriptors are closed.
   */
  List<MappedRegion> map(List<Region> regions, int[] descriptors) throws ProtocolException {
    var made = new ArrayList<MappedRegion>();
    try {
      for (int i = 0; i < descriptors.length; i++) {
        made.add(map(regions.get(i), descriptors[i]));
      }
      return made;
    } catch (IOException failure) {
      throw new ProtocolException(failure.getMessage(), failure);
    } finally {
      if (made.size() < descriptors.length) {
        made.forEach(this::unmap);
        for (int i = made.size(); i < descriptors.length; i++) {
          rooms.os().close(descriptors[i]);
        }
      }
    }
  }

  /** A room on probation that fails is not the front-end's affair: the one before it maps. */
  private MappedRegion map(Region region, int descriptor) throws IOException {
    GuestMemory memory = memory();
    try {
      return memory.map(region, descriptor);
    } catch (RuntimeException | LinkageError failure) {
      String why = "port %s: %s: the memory room throws %s".formatted(port, region, failure);
      if (!rooms.goBack(memory, why)) {
        throw failure;
      }
      return memory().map(region, descriptor);
    }
  }

  private GuestMemory memory() throws IOException {
    return rooms
        .memory()
        .service()
        .orElseThrow(
            () -> new IOException("the memory bundle is not there: no region can be mapped"));
  }

  /**
   * From now on these are the regions; the caller unmaps those that are not among them, once no
   * engine uses them.
   */
  void replace(List<MappedRegion> regions) {
    mapped = List.copyOf(regions);
  }

  /** Unmaps a region and closes its descriptor. */
  void unmap(MappedRegion region) {
    rooms
        .memory()
        .service()
        .ifPresentOrElse(memory -> memory.unmap(region), () -> rooms.os().unmap(region.mapping()));
    rooms.os().close(region.descriptor());
  }

  /** Whether no region's file has holes that cannot be filled. */
  boolean touchable() {
    return mapped.stream().allMatch(each -> SharedArea.touchable(rooms.os(), each.descriptor()));
  }

  /** Whether every region's file still holds it. */
  boolean intact() {
    return rooms
        .memory()
        .service()
        .map(memory -> mapped.stream().allMatch(memory::intact))
        .orElse(true);
  }
}
