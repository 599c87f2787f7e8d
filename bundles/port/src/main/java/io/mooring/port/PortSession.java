package io.mooring.port;

import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.port.PortStatus.QueueStatus;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One front-end's session: the truth about a connected port, in numbers, descriptors and mappings.
 * Whoever calls it holds the port's lock.
 */
final class PortSession implements Session {

  private final PortSettings settings;
  private final Profile profile;
  private final Rooms rooms;
  private final Regions regions;
  private final Map<Integer, PortQueue> queues = new TreeMap<>();

  private final Supplier<Optional<DataPlane>> plane;
  private volatile boolean faulted;
  private long features;
  private long protocolFeatures;
  private int status;

  PortSession(
      PortSettings settings, Profile profile, Rooms rooms, Supplier<Optional<DataPlane>> plane) {
    this.settings = settings;
    this.profile = profile;
    this.rooms = rooms;
    this.plane = plane;
    regions = new Regions(rooms);
  }

  Profile profile() {
    return profile;
  }

  /** Also of a session that faulted: what runs must be stopped before its memory goes. */
  Optional<DataPlane> plane() {
    return plane.get();
  }

  Optional<Worker> worker() {
    return plane().map(DataPlane::worker);
  }

  Optional<VirtqueueEngine> engine() {
    return rooms.engine();
  }

  Os os() {
    return rooms.os();
  }

  MemoryTable table() {
    return regions.table();
  }

  List<MappedRegion> mapped() {
    return regions.mapped();
  }

  boolean memoryIntact() {
    return regions.intact();
  }

  /** Without protocol features there is no SET_VRING_ENABLE: queues are enabled by their kick. */
  boolean alwaysEnabled() {
    return !RingFeature.PROTOCOL_FEATURES.in(features);
  }

  /** The guest broke a rule: no queue runs again in this session. Any thread. */
  void fault() {
    faulted = true;
  }

  /** Whether {@link #fault} ended this session. */
  boolean faulted() {
    return faulted;
  }

  /** A room is to be replaced: every queue stops where it is. */
  void suspend() {
    queues.values().forEach(PortQueue::suspend);
  }

  /** The rooms may be there again: every queue that can goes on from where it stopped. */
  void resume() throws ProtocolException {
    plane().ifPresent(each -> each.negotiated(features));
    for (PortQueue queue : queues.values()) {
      queue.update();
    }
  }

  @Override
  public String port() {
    return settings.name();
  }

  @Override
  public long offeredFeatures() {
    return profile.features() | RingFeature.PROTOCOL_FEATURES.mask();
  }

  @Override
  public long features() {
    return features;
  }

  @Override
  public void features(long acknowledged) throws ProtocolException {
    features = acknowledged;
    resume();
  }

  @Override
  public long offeredProtocolFeatures() {
    return rooms.protocol().map(protocol -> protocol.features()).orElse(0L);
  }

  @Override
  public long protocolFeatures() {
    return protocolFeatures;
  }

  @Override
  public void protocolFeatures(long acknowledged) {
    protocolFeatures = acknowledged;
  }

  @Override
  public int maxQueues() {
    return 2 * queueNumber();
  }

  @Override
  public int queueNumber() {
    return settings.queuePairs() == 0
        ? profile.maxQueuePairs()
        : Math.min(settings.queuePairs(), profile.maxQueuePairs());
  }

  @Override
  public int maxRing() {
    return profile.maxRing();
  }

  @Override
  public int memorySlots() {
    return rooms.memory().map(memory -> memory.slots()).orElse(0);
  }

  @Override
  public void reset() {
    queues.values().forEach(PortQueue::reset);
    status = 0;
  }

  @Override
  public void memory(List<Region> wanted, int[] descriptors) throws ProtocolException {
    replace(regions.map(wanted, descriptors), regions.mapped());
  }

  @Override
  public void addRegion(Region region, int descriptor) throws ProtocolException {
    for (MappedRegion each : regions.mapped()) {
      // QEMU before 8.0 adds and removes each region once for every queue pair.
      if (each.region().equals(region)) {
        os().close(descriptor);
        return;
      }
      if (each.region().overlaps(region)) {
        os().close(descriptor);
        throw new ProtocolException("%s overlaps %s".formatted(region, each.region()));
      }
    }
    if (regions.mapped().size() >= memorySlots()) {
      os().close(descriptor);
      throw new ProtocolException(
          "%s is one too many, there are %d slots".formatted(region, memorySlots()));
    }
    List<MappedRegion> all = new ArrayList<>(regions.mapped());
    all.addAll(regions.map(List.of(region), new int[] {descriptor}));
    replace(all, List.of());
  }

  @Override
  public void removeRegion(Region region) throws ProtocolException {
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

  /** Running queues move to the new regions first; only then are the old ones unmapped. */
  private void replace(List<MappedRegion> all, List<MappedRegion> old) throws ProtocolException {
    regions.replace(all);
    try {
      plane().ifPresent(each -> each.memory(regions.table()));
    } catch (QueueException wrong) {
      suspend();
      throw new ProtocolException(wrong.getMessage(), wrong);
    } finally {
      old.forEach(regions::unmap);
    }
  }

  @Override
  public QueueSession queue(int index) {
    return queues.computeIfAbsent(index, number -> new PortQueue(this, number));
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public void status(int value) {
    status = value;
  }

  @Override
  public void mtu(int bytes) throws ProtocolException {
    int most = settings.mtu().orElse(profile.mtu());
    if (bytes > most) {
      throw new ProtocolException(
          "MTU %d is above %d, which profile %s and the port allow"
              .formatted(bytes, most, profile.name()));
    }
  }

  @Override
  public void announce(long mac) {
    plane().ifPresent(each -> each.announce(mac));
  }

  List<QueueStatus> queueStatus() {
    return queues.values().stream()
        .map(each ->
            new QueueStatus(
                each.index(), each.size(), each.enabled(), each.running(), each.position()))
        .toList();
  }

  /** Ends the session: nothing stays mapped or open. */
  void close() {
    queues.values().forEach(PortQueue::close);
    regions.mapped().forEach(regions::unmap);
    regions.replace(List.of());
  }
}
