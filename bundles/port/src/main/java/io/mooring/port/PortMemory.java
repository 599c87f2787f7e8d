package io.mooring.port;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one session's queues see of guest memory: the regions, what an IOMMU maps to them, and the
 * log of what is written. A change has reached the worker before what it replaces is unmapped.
 */
final class PortMemory {

  private final PortSession session;
  private final PortRooms rooms;
  private final Regions regions;
  private Iotlb iotlb = Iotlb.EMPTY;
  private Optional<SharedBitmap> log = Optional.empty();

  PortMemory(String port, PortSession session, PortRooms rooms) {
    this.session = session;
    this.rooms = rooms;
    regions = new Regions(port, rooms);
  }

  MemoryTable table() {
    MemoryTable table = regions.table();
    if (RingFeature.ACCESS_PLATFORM.in(session.features())) {
      table = table.withIotlb(iotlb, session.back()::missing);
    }
    if (RingFeature.LOG_ALL.in(session.features()) && log.isPresent()) {
      table = table.withLog(log.get().dirty());
    }
    return table;
  }

  List<MappedRegion> mapped() {
    return regions.mapped();
  }

  /** What an IOMMU maps. */
  List<Iotlb.Entry> translations() {
    return iotlb.entries();
  }

  /** Where is logged what is written. */
  Optional<SharedBitmap> log() {
    return log;
  }

  /** Whether every file still holds what is mapped of it. */
  boolean intact() {
    return regions.intact() && log.map(each -> each.intact(rooms.os())).orElse(true);
  }

  /** Whether no file has holes that cannot be filled. */
  boolean touchable() {
    return regions.touchable() && log.map(each -> each.touchable(rooms.os())).orElse(true);
  }

  int slots() {
    return rooms.memory().service().map(memory -> memory.slots()).orElse(0);
  }

  List<MappedRegion> replaceAll(List<Region> wanted, int[] descriptors) throws ProtocolException {
    List<MappedRegion> made = regions.map(wanted, descriptors);
    replace(made, regions.mapped());
    return made;
  }

  List<MappedRegion> add(Region region, int descriptor) throws ProtocolException {
    for (MappedRegion each : regions.mapped()) {
      // QEMU before 8.0 adds and removes each region once for every queue pair.
      if (each.region().equals(region)) {
        rooms.os().close(descriptor);
        return List.of(each);
      }
      if (each.region().overlaps(region)) {
        rooms.os().close(descriptor);
        throw new ProtocolException("%s overlaps %s".formatted(region, each.region()));
      }
    }
    if (regions.mapped().size() >= slots()) {
      rooms.os().close(descriptor);
      throw new ProtocolException(
          "%s is one too many, there are %d slots".formatted(region, slots()));
    }
    List<MappedRegion> made = regions.map(List.of(region), new int[] {descriptor});
    List<MappedRegion> all = new ArrayList<>(regions.mapped());
    all.addAll(made);
    replace(all, List.of());
    return made;
  }

  void remove(Region region) throws ProtocolException {
    List<MappedRegion> gone =
        regions.mapped().stream().filter(each -> same(each.region(), region)).toList();
    if (regions.mapped().stream().noneMatch(each -> each.region().overlaps(region))) {
      return;
    }
    if (gone.isEmpty()) {
      throw new ProtocolException("%s is not there, it cannot be removed".formatted(region));
    }
    List<MappedRegion> all = new ArrayList<>(regions.mapped());
    all.removeAll(gone);
    replace(all, gone);
  }

  private static boolean same(Region one, Region other) {
    return one.guestAddress() == other.guestAddress()
        && one.userAddress() == other.userAddress()
        && one.size() == other.size();
  }

  private void replace(List<MappedRegion> all, List<MappedRegion> old) throws ProtocolException {
    regions.replace(all);
    try {
      apply();
    } finally {
      old.forEach(regions::unmap);
    }
  }

  void map(Iotlb.Entry entry) throws ProtocolException {
    iotlb = iotlb.with(entry);
    apply();
  }

  void unmap(long iova, long size) throws ProtocolException {
    iotlb = iotlb.without(iova, size);
    apply();
  }

  /** The device begins anew: its IOMMU maps nothing. */
  void reset() {
    iotlb = Iotlb.EMPTY;
  }

  /** Logs there from now on; the descriptor is owned from now on, also when it throws. */
  void log(long size, long offset, int descriptor) throws ProtocolException {
    SharedBitmap mapped = SharedBitmap.map(rooms.os(), size, offset, descriptor);
    for (MappedRegion each : regions.mapped()) {
      long end = each.region().guestAddress() + each.region().size();
      if (!mapped.covers(end)) {
        mapped.unmap(rooms.os());
        throw new ProtocolException(
            "SET_LOG_BASE of 0x%x bytes does not cover %s".formatted(size, each.region()));
      }
    }
    Optional<SharedBitmap> old = log;
    log = Optional.of(mapped);
    try {
      apply();
    } finally {
      old.ifPresent(each -> each.unmap(rooms.os()));
    }
  }

  /** The running queues use what is there now; when one cannot, all stop. */
  void apply() throws ProtocolException {
    try {
      session.plane().ifPresent(plane -> plane.memory(table()));
    } catch (QueueException wrong) {
      session.suspend();
      throw new ProtocolException(wrong.getMessage(), wrong);
    }
  }

  /** Nothing stays mapped or open; no queue runs. */
  void close() {
    regions.mapped().forEach(regions::unmap);
    regions.replace(List.of());
    log.ifPresent(each -> each.unmap(rooms.os()));
    log = Optional.empty();
  }
}
