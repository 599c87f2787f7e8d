package io.mooring.port;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.port.PortStatus.QueueStatus;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One front-end's session: the truth about a connected port, in numbers, descriptors and mappings.
 * Whoever calls it holds the port's lock.
 */
final class PortSession implements Session {

  private static final Logger LOG = LoggerFactory.getLogger(PortSession.class);

  /** Device status bit: the driver's features are agreed upon (virtio 1.3, section 2.1). */
  private static final int FEATURES_OK = 8;

  private final PortSettings settings;
  private final Rooms rooms;
  private final ProfileChoice choice;
  private final PortMemory memory;
  private final PortInflight inflight;
  private final PortMigration migration;
  private final Map<Integer, PortQueue> queues = new TreeMap<>();

  private final Supplier<Optional<DataPlane>> plane;
  private volatile boolean faulted;
  private volatile Optional<BackendChannel> channel = Optional.empty();
  private long features;

  /** Whether a driver has ever acknowledged features. */
  private boolean begun;

  /** The same since the last reset. */
  private boolean negotiated;

  private volatile long protocolFeatures;
  private int status;

  /** What the front-end said (NET_SET_MTU). */
  private OptionalInt toldMtu = OptionalInt.empty();

  /** A front-end that is offered an interface, as long as it asks for no other one. */
  PortSession(
      PortSettings settings,
      ProfileChoice choice,
      Rooms rooms,
      Supplier<Optional<DataPlane>> plane) {
    this.settings = settings;
    this.choice = choice;
    this.rooms = rooms;
    this.plane = plane;
    memory = new PortMemory(this, rooms);
    inflight = new PortInflight(this);
    migration = new PortMigration(this, memory);
  }

  /** The interface that the front-end is offered. */
  Profile pinned() {
    return choice.profile();
  }

  String deviceType() {
    return settings.device();
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
    return memory.table();
  }

  List<MappedRegion> mapped() {
    return memory.mapped();
  }

  boolean memoryIntact() {
    return memory.intact() && inflight.intact();
  }

  /** Without protocol features there is no SET_VRING_ENABLE: queues are enabled by their kick. */
  boolean alwaysEnabled() {
    return !RingFeature.PROTOCOL_FEATURES.in(features);
  }

  boolean inBand() {
    return ProtocolFeature.INBAND_NOTIFICATIONS.in(protocolFeatures);
  }

  Optional<BackendChannel> channel() {
    return channel;
  }

  boolean anyRuns() {
    return queues.values().stream().anyMatch(PortQueue::running);
  }

  /** The driver begins anew: the device forgets what it was asked for. */
  void begin() {
    plane().ifPresent(each -> each.reset(queueNumber()));
    tellMtu();
  }

  /**
   * Whether the front-end tells when its driver begins anew. One that cannot acknowledges features
   * again, while nothing runs.
   */
  private boolean resets() {
    return ProtocolFeature.STATUS.in(protocolFeatures)
        || ProtocolFeature.RESET_DEVICE.in(protocolFeatures);
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
    tellMtu();
    plane().ifPresent(each -> each.negotiated(features));
    for (PortQueue queue : queues.values()) {
      queue.update();
    }
  }

  /** The device's configuration space changed by itself. Any thread. */
  void configurationChanged() {
    if (ProtocolFeature.CONFIG.in(protocolFeatures)) {
      channel.ifPresent(each -> each.tell(new BackendEvent.ConfigurationChanged()));
    }
  }

  /** An access of a worker waits for a mapping of the IOMMU. */
  void missing(long iova, int permissions) {
    channel.ifPresentOrElse(
        each -> each.tell(new BackendEvent.IotlbMiss(iova, permissions)),
        () ->
            LOG.warn(
                "port {}: address 0x{} is not mapped, and there is no back-end channel to ask on",
                port(),
                Long.toHexString(iova)));
  }

  @Override
  public String port() {
    return settings.name();
  }

  @Override
  public long offeredFeatures() {
    return pinned().features() | RingFeature.PROTOCOL_FEATURES.mask();
  }

  @Override
  public OfferedProfile profile() throws ProtocolException {
    return choice.offered();
  }

  @Override
  public void profile(String wanted) throws ProtocolException {
    if (begun || !queues.isEmpty() || !memory.mapped().isEmpty()) {
      throw new ProtocolException(
          "SET_PROFILE comes too late: it is for the time before features, memory and queues");
    }
    choice.ask(wanted);
    begin();
  }

  @Override
  public long features() {
    return features;
  }

  @Override
  public void features(long acknowledged) throws ProtocolException {
    long changed = features ^ acknowledged;
    if (!resets() && !anyRuns()) {
      begin();
    }
    features = acknowledged;
    begun = true;
    negotiated = true;
    if ((changed & ~RingFeature.LOG_ALL.mask()) != 0) {
      suspend();
    } else if (changed != 0) {
      memory.apply();
    }
    resume();
  }

  @Override
  public long offeredProtocolFeatures() {
    long offered = rooms.protocol().map(protocol -> protocol.features()).orElse(0L);
    if (plane().map(each -> each.configuration(queueNumber()).length == 0).orElse(true)) {
      offered &= ~ProtocolFeature.CONFIG.mask();
    }
    return migration.postcopyPossible() ? offered : offered & ~ProtocolFeature.PAGEFAULT.mask();
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
    boolean controlled =
        settings.device().equals("net") && NetFeature.CTRL_VQ.in(pinned().features());
    return 2 * queueNumber() + (controlled ? 1 : 0);
  }

  @Override
  public int queueNumber() {
    return settings.queuePairs() == 0
        ? pinned().maxQueuePairs()
        : Math.min(settings.queuePairs(), pinned().maxQueuePairs());
  }

  @Override
  public int maxRing() {
    return pinned().maxRing();
  }

  @Override
  public int memorySlots() {
    return memory.slots();
  }

  @Override
  public void stop() {
    queues.values().forEach(PortQueue::stop);
  }

  @Override
  public void reset() {
    queues.values().forEach(PortQueue::reset);
    memory.reset();
    inflight.close();
    negotiated = false;
    status = 0;
    begin();
  }

  @Override
  public List<Region> memory(List<Region> wanted, int[] descriptors) throws ProtocolException {
    return migration.told(memory.replaceAll(wanted, descriptors));
  }

  @Override
  public List<Region> addRegion(Region region, int descriptor) throws ProtocolException {
    return migration.told(memory.add(region, descriptor));
  }

  @Override
  public void removeRegion(Region region) throws ProtocolException {
    memory.remove(region);
  }

  @Override
  public QueueSession queue(int index) {
    return queues.computeIfAbsent(index, number -> new PortQueue(this, number));
  }

  @Override
  public void map(Iotlb.Entry entry) throws ProtocolException {
    memory.map(entry);
  }

  @Override
  public void unmap(long iova, long size) throws ProtocolException {
    memory.unmap(iova, size);
  }

  @Override
  public PortInflight inflight() {
    return inflight;
  }

  @Override
  public PortMigration migration() {
    return migration;
  }

  @Override
  public void backend(int descriptor) throws ProtocolException {
    Optional<BackendChannel> old = channel;
    try {
      DescriptorKind kind = os().kind(descriptor);
      if (kind != DescriptorKind.SOCKET) {
        throw new IOException(
            "SET_BACKEND_REQ_FD: its descriptor is %s, not SOCKET".formatted(kind));
      }
      suspend();
      queues.values().forEach(PortQueue::forgetInBand);
      channel = Optional.of(new BackendChannel(port(), rooms, descriptor));
    } catch (IOException failure) {
      os().close(descriptor);
      throw new ProtocolException(failure.getMessage(), failure);
    }
    old.ifPresent(BackendChannel::close);
    resume();
  }

  @Override
  public byte[] configuration() throws ProtocolException {
    return plane()
        .orElseThrow(() -> new ProtocolException("the port's device is not there"))
        .configuration(queueNumber());
  }

  @Override
  public void configure(int offset, byte[] bytes, boolean restored) throws ProtocolException {
    byte[] mine = configuration();
    byte[] same = Arrays.copyOfRange(mine, Math.min(offset, mine.length), offset + bytes.length);
    if (!restored || !Arrays.equals(bytes, same)) {
      throw new ProtocolException(
          "SET_CONFIG of %d bytes at %d: the device has nothing that can be written"
              .formatted(bytes.length, offset));
    }
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public void status(int value) {
    // A driver that reads FEATURES_OK back knows that its features were taken.
    status = negotiated ? value : value & ~FEATURES_OK;
  }

  @Override
  public void mtu(int bytes) throws ProtocolException {
    int most = mostMtu();
    if (bytes > most) {
      throw new ProtocolException(
          "MTU %d is above %d, which profile %s and the port allow"
              .formatted(bytes, most, pinned().name()));
    }
    toldMtu = OptionalInt.of(bytes);
    tellMtu();
  }

  private int mostMtu() {
    return settings.mtu().orElse(pinned().mtu());
  }

  private void tellMtu() {
    boolean fixed = toldMtu.isPresent() || settings.mtu().isPresent() || choice.decided();
    int bytes = Math.min(mostMtu(), toldMtu.orElse(Integer.MAX_VALUE));
    plane().ifPresent(each -> each.mtu(bytes, fixed));
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
    if (faulted) {
      queues.values().forEach(PortQueue::tellError);
    }
    queues.values().forEach(PortQueue::close);
    migration.close();
    inflight.close();
    memory.close();
    channel.ifPresent(BackendChannel::close);
    channel = Optional.empty();
  }
}
