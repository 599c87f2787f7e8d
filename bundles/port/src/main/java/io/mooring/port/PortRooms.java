package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.memory.GuestMemory;
import io.mooring.api.os.Os;
import io.mooring.api.port.PortStatus.Room;
import io.mooring.api.profile.Profiles;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The rooms as one port uses them. Of those that a port can be bound to by itself it keeps what it
 * has, whoever else comes, until that goes; the others are the same for all ports. Any thread.
 */
final class PortRooms {

  private final Rooms rooms;
  private final String deviceType;
  private final Choice<Transport> transport;
  private final Choice<Protocol> protocol;
  private final Choice<GuestMemory> memory;
  private final Choice<VirtqueueEngine> engine;
  private final Choice<DeviceType> device;
  private final AtomicReference<Probation> probation = new AtomicReference<>();

  private record Probation(Object service, Consumer<String> back) {}

  PortRooms(Rooms rooms, String deviceType) {
    this.rooms = rooms;
    this.deviceType = deviceType;
    transport = new Choice<>(rooms.transports());
    protocol = new Choice<>(rooms.protocols());
    memory = new Choice<>(rooms.memories());
    engine = new Choice<>(rooms.engines());
    device = new Choice<>(rooms.devices(deviceType));
  }

  Os os() {
    return rooms.os();
  }

  /** Lets go of what is there no more. */
  void refresh() {
    transport.get();
    protocol.get();
    memory.get();
    engine.get();
    device.get();
  }

  SocketDirectories directories() {
    return rooms.directories();
  }

  Choice<Transport> transport() {
    return transport;
  }

  Optional<Profiles> profiles() {
    return rooms.profiles().service();
  }

  Choice<Protocol> protocol() {
    return protocol;
  }

  /** From now on, a failure of who provides a room leads back instead of ending the connection. */
  void probation(Provider<?> newcomer, Consumer<String> ifItFails) {
    probation.set(new Probation(newcomer.service(), ifItFails));
  }

  /** Leads back if who has failed is on probation, and returns whether that was so. */
  boolean goBack(Object failed, String why) {
    Probation now = probation.get();
    return now != null && now.service.equals(failed) && goBack(why);
  }

  /** Leads back, if there is a way, and returns whether there was. */
  boolean goBack(String why) {
    Probation now = probation.getAndSet(null);
    if (now != null) {
      now.back.accept(why);
    }
    return now != null;
  }

  /** The probation is over. */
  void settle() {
    probation.set(null);
  }

  Choice<GuestMemory> memory() {
    return memory;
  }

  Choice<VirtqueueEngine> engine() {
    return engine;
  }

  Choice<DeviceType> device() {
    return device;
  }

  /** Who provides what, by the rooms' short names. */
  List<Room> status() {
    List<Room> status = new ArrayList<>();
    transport.get().ifPresent(each -> status.add(room("transport", each)));
    protocol.get().ifPresent(each -> status.add(room("protocol", each)));
    memory.get().ifPresent(each -> status.add(room("memory", each)));
    engine.get().ifPresent(each -> status.add(room("virtqueue", each)));
    device.get().ifPresent(each -> status.add(room(deviceType, each)));
    rooms.profiles().get().ifPresent(each -> status.add(room("profile", each)));
    return status;
  }

  private static Room room(String name, Provider<?> provider) {
    return new Room(name, provider.bundle(), provider.version().toString(), provider.bundleId());
  }
}
