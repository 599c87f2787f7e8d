package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.swap.SwapException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.warmup.NetWarmUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Moves ports from one device type to another: all of one group, such as a switch, together. */
final class DeviceSwap implements RoomSwap<DeviceType> {

  private final String type;
  private final Rooms rooms;
  private final List<GroupMove> moved = new ArrayList<>();

  /** When the swap began. */
  private final Map<VhostPort, Traffic> before = new HashMap<>();

  DeviceSwap(String type, Rooms rooms) {
    this.type = type;
    this.rooms = rooms;
  }

  @Override
  public Providers<DeviceType> providers() {
    return rooms.devices(type);
  }

  @Override
  public Optional<Provider<DeviceType>> of(VhostPort port) {
    return port.settings().device().equals(type) ? port.rooms().device().get() : Optional.empty();
  }

  /** What the front-ends of other devices say is not known. */
  @Override
  public boolean serves() {
    return type.equals("net");
  }

  @Override
  public void choose(PortRooms rooms, Provider<DeviceType> newcomer) {
    rooms.device().take(newcomer);
  }

  @Override
  public void check(Provider<DeviceType> newcomer, VhostPort port) throws SwapException {
    Optional<VirtqueueEngine> engine = port.rooms().engine().service();
    if (engine.isPresent()) {
      Fitness.check(port, newcomer.text(), engine.get(), newcomer.service());
    }
  }

  @Override
  public Duration warmUp(Provider<DeviceType> newcomer, List<VhostPort> ports, Duration most)
      throws SwapException, InterruptedException {
    ports.forEach(port -> before.put(port, Traffic.of(port)));
    if (!type.equals("net")) {
      // Nobody but its author knows what its queues carry.
      return Duration.ZERO;
    }
    var queues = new AtomicInteger();
    return WarmUpRun.run(
        newcomer.text(),
        most,
        new NetWarmUp(
            newcomer.service(),
            ports.stream().map(port -> port.facts().features()).distinct().toList(),
            // Of every other device both queues: what it calls is watched in its probation only.
            (setup, queue) ->
                EngineQueue.rehearsed(setup, queue, queues.getAndIncrement() / 2 % 2 == 0),
            Agents::turn));
  }

  @Override
  public Duration move(Provider<DeviceType> newcomer, List<VhostPort> ports, Trial trial)
      throws SwapException {
    Duration longest = Duration.ZERO;
    for (List<VhostPort> group : groups(ports).values()) {
      var move = new GroupMove(group, newcomer, trial, before);
      moved.add(move);
      Duration time = move.run();
      longest = longest.compareTo(time) > 0 ? longest : time;
    }
    return longest;
  }

  /** Ports by group; all of a group must be there. */
  private Map<String, List<VhostPort>> groups(List<VhostPort> ports) throws SwapException {
    var groups =
        rooms.ports().stream()
            .filter(port -> of(port).isPresent())
            .sorted(Comparator.comparing(VhostPort::name))
            .collect(
                Collectors.groupingBy(
                    port -> port.facts().group(), TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<VhostPort>> group : groups.entrySet()) {
      long chosen = group.getValue().stream().filter(ports::contains).count();
      if (chosen > 0 && chosen < group.getValue().size()) {
        throw new SwapException(
            "%s has the ports %s, which can only be moved together"
                .formatted(
                    group.getKey(),
                    group.getValue().stream()
                        .map(VhostPort::name)
                        .collect(Collectors.joining(", "))));
      }
    }
    groups.values().removeIf(group -> !ports.contains(group.getFirst()));
    return groups;
  }

  @Override
  public void look(Trial trial) {
    moved.forEach(GroupMove::look);
  }

  @Override
  public void back(String why) {
    moved.forEach(each -> each.goBack(why));
  }

  @Override
  public void settle() {
    moved.forEach(GroupMove::settle);
  }

  /** Opens the devices that are to take the others' places. */
  static Map<VhostPort, Device> open(Provider<DeviceType> type, List<VhostPort> ports)
      throws SwapException {
    var devices = new TreeMap<VhostPort, Device>(Comparator.comparing(VhostPort::name));
    for (VhostPort port : ports) {
      try {
        devices.put(port, type.service().open(port.name(), port.settings().deviceSettings()));
      } catch (RuntimeException refused) {
        throw new SwapException(
            "port %s: %s refuses it: %s".formatted(port.name(), type.text(), refused.getMessage()),
            refused);
      }
    }
    return devices;
  }
}
