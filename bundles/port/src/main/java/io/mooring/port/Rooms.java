package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.memory.GuestMemory;
import io.mooring.api.os.Os;
import io.mooring.api.profile.Profiles;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The replaceable rooms as they are now. Any of them may come and go while ports live; ports are
 * told after each change, on the thread that changes, so that a room that leaves is out of use when
 * its bundle stops.
 */
@Component(service = Rooms.class)
public final class Rooms {

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, DeviceType> devices = new ConcurrentHashMap<>();

  private volatile Os os;
  private volatile Transport transport;
  private volatile Protocol protocol;
  private volatile GuestMemory memory;
  private volatile VirtqueueEngine engine;
  private volatile Profiles profiles;

  /** Tells {@code listener} after each change, until {@link #ignore}. */
  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void ignore(Runnable listener) {
    listeners.remove(listener);
  }

  /**
   * The last that was there: its calls work as long as descriptors are open that only it can close.
   */
  Os os() {
    return os;
  }

  Optional<Transport> transport() {
    return Optional.ofNullable(transport);
  }

  Optional<Protocol> protocol() {
    return Optional.ofNullable(protocol);
  }

  Optional<GuestMemory> memory() {
    return Optional.ofNullable(memory);
  }

  Optional<VirtqueueEngine> engine() {
    return Optional.ofNullable(engine);
  }

  Optional<Profiles> profiles() {
    return Optional.ofNullable(profiles);
  }

  Optional<DeviceType> device(String name) {
    return Optional.ofNullable(devices.get(name));
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  void bindOs(Os added) {
    os = added;
    changed();
  }

  void unbindOs(Os removed) {
    // Kept: see os().
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindTransport(Transport added) {
    transport = added;
    changed();
  }

  void unbindTransport(Transport removed) {
    if (transport == removed) {
      transport = null;
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindProtocol(Protocol added) {
    protocol = added;
    changed();
  }

  void unbindProtocol(Protocol removed) {
    if (protocol == removed) {
      protocol = null;
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindMemory(GuestMemory added) {
    memory = added;
    changed();
  }

  void unbindMemory(GuestMemory removed) {
    if (memory == removed) {
      memory = null;
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEngine(VirtqueueEngine added) {
    engine = added;
    changed();
  }

  void unbindEngine(VirtqueueEngine removed) {
    if (engine == removed) {
      engine = null;
      changed();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindProfiles(Profiles added) {
    profiles = added;
    changed();
  }

  void unbindProfiles(Profiles removed) {
    if (profiles == removed) {
      profiles = null;
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
