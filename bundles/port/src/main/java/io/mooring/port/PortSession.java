package io.mooring.port;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.Complaints.Cause;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One front-end's session: the truth about a connected port, in numbers, descriptors and mappings.
 * Whoever calls it holds the port's lock.
 */
final class PortSession implements Session {

  private final PortSettings settings;
  private final PortRooms rooms;
  private final ProfileChoice choice;
  private final PortMemory memory;
  private final PortInflight inflight;
  private final PortMigration migration;
  private final DeviceTerms terms;
  private final BackendSocket back;
  private final Complaints complaints;
  private final PortQueues queues = new PortQueues(this);
  private final Agreement agreed = new Agreement();

  private final ReentrantLock lock;
  private final Supplier<Optional<DataPlane>> plane;
  private volatile boolean faulted;

  /**
   * A front-end that is offered an interface, as long as it asks for no other one.
   *
   * @param lock the port's
   */
  PortSession(
      PortSettings settings,
      ProfileChoice choice,
      PortRooms rooms,
      ReentrantLock lock,
      Supplier<Optional<DataPlane>> plane) {
    this.settings = settings;
    this.choice = choice;
    this.rooms = rooms;
    this.lock = lock;
    this.plane = plane;
    memory = new PortMemory(settings.name(), this, rooms);
    inflight = new PortInflight(this);
    migration = new PortMigration(this, memory);
    terms = new DeviceTerms(this, settings, choice);
    complaints = new Complaints(settings.name());
    back = new BackendSocket(this, rooms, complaints);
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

  /** The port's, which whoever waits for the front-end gives back meanwhile. */
  ReentrantLock lock() {
    return lock;
  }

  Optional<VirtqueueEngine> engine() {
    return plane().flatMap(DataPlane::engine).map(Provider::service);
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

  boolean memoryTouchable() {
    return memory.touchable() && inflight.touchable();
  }

  Optional<BackendChannel> channel() {
    return back.channel();
  }

  BackendSocket back() {
    return back;
  }

  PortQueues queues() {
    return queues;
  }

  Agreement agreed() {
    return agreed;
  }

  /** The driver begins anew: the device forgets what it was asked for. */
  void begin() {
    terms.begin();
  }

  /** The guest broke a rule: no queue runs again in this session. Any thread. */
  void fault() {
    faulted = true;
  }

  /** Whether {@link #fault} ended this session. */
  boolean faulted() {
    return faulted;
  }

  /** The front-end of another process has agreed to this. */
  void takeOver(Statement said) throws ProtocolException {
    agreed.takeOver(said);
    resume();
  }

  /** What NET_SET_MTU said. */
  OptionalInt toldMtu() {
    return terms.toldMtu();
  }

  PortMemory memory() {
    return memory;
  }

  /** A room is to be replaced: every queue stops where it is. */
  void suspend() {
    queues.suspend();
  }

  /** The rooms may be there again: every queue that can goes on from where it stopped. */
  void resume() throws ProtocolException {
    terms.tell();
    queues.update();
  }

  @Override
  public String port() {
    return settings.name();
  }

  @Override
  public void refused(String reason) {
    complaints.tell(Cause.REFUSAL, () -> "refused: " + reason);
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
    if (agreed.begun() || !queues.isEmpty() || !memory.mapped().isEmpty()) {
      throw new ProtocolException(
          "SET_PROFILE comes too late: it is for the time before features, memory and queues");
    }
    choice.ask(wanted);
    begin();
  }

  @Override
  public long features() {
    return agreed.features();
  }

  @Override
  public void features(long acknowledged) throws ProtocolException {
    long changed = agreed.features() ^ acknowledged;
    if (!agreed.resets() && !queues.anyRuns()) {
      begin();
    }
    agreed.acknowledge(acknowledged);
    if ((changed & ~RingFeature.LOG_ALL.mask()) != 0) {
      suspend();
    } else if (changed != 0) {
      memory.apply();
    }
    resume();
  }

  @Override
  public long offeredProtocolFeatures() {
    long offered = rooms.protocol().service().map(protocol -> protocol.features()).orElse(0L);
    long postcopy = settings.postcopy() ? migration.possible() : ~ProtocolFeature.PAGEFAULT.mask();
    return offered & terms.possible() & postcopy;
  }

  @Override
  public long protocolFeatures() {
    return agreed.protocolFeatures();
  }

  @Override
  public void protocolFeatures(long acknowledged) {
    agreed.protocol(acknowledged);
  }

  @Override
  public int maxQueues() {
    return terms.maxQueues();
  }

  @Override
  public int queueNumber() {
    return terms.queueNumber();
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
    atOnce(queues::stop);
  }

  @Override
  public void reset() {
    atOnce(() -> {
      queues.reset();
      memory.reset();
      inflight.close();
      agreed.reset();
      begin();
    });
  }

  /**
   * Many changes as one task of the worker: to wake it for each of them takes most of the time for
   * which a VM that moves stands still.
   */
  private void atOnce(Runnable changes) {
    plane().ifPresentOrElse(each -> each.run(changes), changes);
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
    return queues.at(index);
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
    back.open(descriptor);
  }

  @Override
  public byte[] configuration() throws ProtocolException {
    return terms.configuration();
  }

  @Override
  public void configure(int offset, byte[] bytes, boolean restored) throws ProtocolException {
    terms.configure(offset, bytes, restored);
  }

  @Override
  public int status() {
    return agreed.status();
  }

  @Override
  public void status(int value) {
    agreed.status(value);
  }

  @Override
  public void mtu(int bytes) throws ProtocolException {
    terms.mtu(bytes);
  }

  @Override
  public void announce(long mac) {
    plane().ifPresent(each -> each.announce(mac));
  }

  /** Ends the session: nothing stays mapped or open. */
  void close() {
    queues.close(faulted);
    migration.close();
    inflight.close();
    memory.close();
    back.close();
  }
}
