package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.memory.GuestMemory;
import io.mooring.api.os.Os;
import io.mooring.api.profile.Profiles;
import io.mooring.api.profile.ProfilesListener;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The replaceable rooms as they are now, and all who provide one. Any of them may come and go while
 * ports live; ports are told after each change, on the thread that changes, so that a room that
 * leaves is out of use when its bundle stops. A service of its own making: from the time on that
 * there are system calls, and also while they are replaced.
 */
@Component(service = ProfilesListener.class, immediate = true)
public final class Rooms implements ProfilesListener {

  /** What a change was. */
  enum News {
    /** A room came or went. */
    ROOM,
    /** The profiles that are served are others now. */
    PROFILES
  }

  private final List<VhostPort> ports = new CopyOnWriteArrayList<>();

  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  /** The numbers of bundles that are being tried. */
  private final Set<Long> onTrial = ConcurrentHashMap.newKeySet();

  private final SocketDirectories directories = new SocketDirectories();

  private final BundleContext context;
  private final AtomicBoolean announced = new AtomicBoolean();
  private volatile Os os;
  private final Choice<Profiles> profiles = new Choice<>(new Providers<>(onTrial));
  private final Providers<Transport> transports = new Providers<>(onTrial);
  private final Providers<Protocol> protocols = new Providers<>(onTrial);
  private final Providers<GuestMemory> memories = new Providers<>(onTrial);
  private final Providers<VirtqueueEngine> engines = new Providers<>(onTrial);
  private final Map<String, Providers<DeviceType>> devices = new ConcurrentHashMap<>();

  /** Rooms that are registered with a context when they are complete enough. */
  @Activate
  public Rooms(BundleContext context) {
    this.context = context;
  }

  /** Tells a port after each change, until {@link #leave}. */
  void join(VhostPort port) {
    ports.add(port);
  }

  void leave(VhostPort port) {
    ports.remove(port);
  }

  /** Runs a task after each room that came or went, until {@link #unwatch}; it is to be brief. */
  void watch(Runnable task) {
    watchers.add(task);
  }

  void unwatch(Runnable task) {
    watchers.remove(task);
  }

  /** The ports that are there now. */
  List<VhostPort> ports() {
    return List.copyOf(ports);
  }

  /** Nobody takes by himself what a bundle is about to provide, until {@link #endTrial}. */
  void beginTrial(long bundleId) {
    onTrial.add(bundleId);
  }

  void endTrial(long bundleId) {
    onTrial.remove(bundleId);
  }

  /** The directories of the ports' sockets. */
  SocketDirectories directories() {
    return directories;
  }

  /**
   * The last that was there: its calls work as long as descriptors are open that only it can close.
   */
  Os os() {
    return os;
  }

  /** One for all ports. */
  Choice<Profiles> profiles() {
    return profiles;
  }

  Providers<Transport> transports() {
    return transports;
  }

  Providers<Protocol> protocols() {
    return protocols;
  }

  Providers<GuestMemory> memories() {
    return memories;
  }

  Providers<VirtqueueEngine> engines() {
    return engines;
  }

  /** Of one device type. */
  Providers<DeviceType> devices(String name) {
    return devices.computeIfAbsent(name, any -> new Providers<>(onTrial));
  }

  @Override
  public void profilesChanged() {
    tell(News.PROFILES);
  }

  private void changed() {
    // What is there no more is let go of, also when nobody asks.
    profiles.get();
    tell(News.ROOM);
    watchers.forEach(Runnable::run);
  }

  private void tell(News news) {
    ports.forEach(port -> port.roomsChanged(news));
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindOs(Os added) {
    os = added;
    if (announced.compareAndSet(false, true)) {
      context.registerService(Rooms.class, this, null);
    }
  }

  void unbindOs(Os removed) {
    // Kept: see os().
  }

  private <T> void add(Providers<T> room, T service, Map<String, Object> properties) {
    room.add(Provider.of(service, properties, context));
    changed();
  }

  private <T> void remove(Providers<T> room, T service) {
    if (room.remove(service)) {
      changed();
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindTransport(Transport added, Map<String, Object> properties) {
    add(transports, added, properties);
  }

  void unbindTransport(Transport removed) {
    remove(transports, removed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindProtocol(Protocol added, Map<String, Object> properties) {
    add(protocols, added, properties);
  }

  void unbindProtocol(Protocol removed) {
    remove(protocols, removed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindMemory(GuestMemory added, Map<String, Object> properties) {
    add(memories, added, properties);
  }

  void unbindMemory(GuestMemory removed) {
    remove(memories, removed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindEngine(VirtqueueEngine added, Map<String, Object> properties) {
    add(engines, added, properties);
  }

  void unbindEngine(VirtqueueEngine removed) {
    remove(engines, removed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindProfiles(Profiles added, Map<String, Object> properties) {
    add(profiles.providers(), added, properties);
  }

  void unbindProfiles(Profiles removed) {
    remove(profiles.providers(), removed);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindDevice(DeviceType added, Map<String, Object> properties) {
    add(devices(added.name()), added, properties);
  }

  void unbindDevice(DeviceType removed) {
    remove(devices(removed.name()), removed);
  }
}
