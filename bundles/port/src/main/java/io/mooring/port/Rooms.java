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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The replaceable rooms as they are now. Any of them may come and go while ports live; ports are
 * told after each change, on the thread that changes, so that a room that leaves is out of use when
 * its bundle stops. A service of its own making: from the time on that there are system calls, and
 * also while they are replaced.
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

  private final List<Consumer<News>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, DeviceType> devices = new ConcurrentHashMap<>();

  private final SocketDirectories directories = new SocketDirectories();

  private final BundleContext context;
  private final AtomicBoolean announced = new AtomicBoolean();
  private volatile Os os;
  private final AtomicReference<Transport> transport = new AtomicReference<>();
  private final AtomicReference<Protocol> protocol = new AtomicReference<>();
  private final AtomicReference<GuestMemory> memory = new AtomicReference<>();
  private final AtomicReference<VirtqueueEngine> engine = new AtomicReference<>();
  private final AtomicReference<Profiles> profiles = new AtomicReference<>();

  /** Rooms that are registered with a context when they are complete enough. */
  @Activate
  public Rooms(BundleContext context) {
    this.context = context;
  }

  /** Tells {@code listener} after each change, until {@link #ignore}. */
  void listen(Consumer<News> listener) {
    listeners.add(listener);
  }

  void ignore(Consumer<News> listener) {
    listeners.remove(listener);
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

  Optional<Transport> transport() {
    return Optional.ofNullable(transport.get());
  }

  Optional<Protocol> protocol() {
    return Optional.ofNullable(protocol.get());
  }

  Optional<GuestMemory> memory() {
    return Optional.ofNullable(memory.get());
  }

  Optional<VirtqueueEngine> engine() {
    return Optional.ofNullable(engine.get());
  }

  Optional<Profiles> profiles() {
    return Optional.ofNullable(profiles.get());
  }

  Optional<DeviceType> device(String name) {
    return Optional.ofNullable(devices.get(name));
  }

  @Override
  public void profilesChanged() {
    tell(News.PROFILES);
  }

  private void changed() {
    tell(News.ROOM);
  }

  private void tell(News news) {
    listeners.forEach(listener -> listener.accept(news));
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

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTransport(Transport added) {
    transport.set(added);
    changed();
  }

  void unbindTransport(Transport removed) {
    if (transport.compareAndSet(removed, null)) {
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindProtocol(Protocol added) {
    protocol.set(added);
    changed();
  }

  void unbindProtocol(Protocol removed) {
    if (protocol.compareAndSet(removed, null)) {
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindMemory(GuestMemory added) {
    memory.set(added);
    changed();
  }

  void unbindMemory(GuestMemory removed) {
    if (memory.compareAndSet(removed, null)) {
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEngine(VirtqueueEngine added) {
    engine.set(added);
    changed();
  }

  void unbindEngine(VirtqueueEngine removed) {
    if (engine.compareAndSet(removed, null)) {
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindProfiles(Profiles added) {
    profiles.set(added);
    changed();
  }

  void unbindProfiles(Profiles removed) {
    if (profiles.compareAndSet(removed, null)) {
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindDevice(DeviceType added) {
    devices.put(added.name(), added);
    changed();
  }

  void unbindDevice(DeviceType removed) {
    if (devices.remove(removed.name(), removed)) {
      changed();
    }
  }
}
