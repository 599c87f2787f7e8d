package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.swap.SwapException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.warmup.EngineWarmUp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Moves ports from one ring engine to another, one by one. */
final class EngineSwap implements RoomSwap<VirtqueueEngine> {

  private final Rooms rooms;
  private final List<Moved> moved = new ArrayList<>();

  private record Moved(VhostPort port, DataPlane plane, Watch watch) {}

  EngineSwap(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Providers<VirtqueueEngine> providers() {
    return rooms.engines();
  }

  @Override
  public Optional<Provider<VirtqueueEngine>> of(VhostPort port) {
    return port.rooms().engine().get();
  }

  @Override
  public void choose(PortRooms rooms, Provider<VirtqueueEngine> newcomer) {
    rooms.engine().take(newcomer);
  }

  @Override
  public void check(Provider<VirtqueueEngine> newcomer, VhostPort port) throws SwapException {
    Optional<DeviceType> device = port.rooms().device().service();
    if (device.isPresent()) {
      Fitness.check(port, newcomer.text(), newcomer.service(), device.get());
    }
  }

  @Override
  public Duration warmUp(Provider<VirtqueueEngine> newcomer, List<VhostPort> ports, Duration most)
      throws SwapException, InterruptedException {
    try {
      Rehearsal.run(rooms);
    } catch (IOException failure) {
      throw new SwapException(failure.getMessage(), failure);
    }
    return WarmUpRun.run(
        newcomer.text(),
        most,
        new EngineWarmUp(
            newcomer.service(),
            rooms.os(),
            ports.stream().flatMap(port -> port.facts().rings().stream()).distinct().toList(),
            (setup, queue) -> EngineQueue.rehearsed(setup, queue, true)));
  }

  @Override
  public Duration move(Provider<VirtqueueEngine> newcomer, List<VhostPort> ports, Trial trial)
      throws SwapException {
    long longest = 0;
    for (VhostPort port : ports) {
      longest = Math.max(longest, move(newcomer, port, trial));
    }
    return Duration.ofNanos(longest);
  }

  private long move(Provider<VirtqueueEngine> newcomer, VhostPort port, Trial trial)
      throws SwapException {
    port.lock().lock();
    try {
      Optional<DataPlane> plane = port.device().plane();
      Optional<Provider<VirtqueueEngine>> old = of(port);
      // Before it moves, because it may be led back as soon as it has moved.
      port.rooms().engine().take(newcomer);
      return plane.isPresent() && old.isPresent()
          ? move(newcomer, port, plane.get(), old.get(), trial)
          : 0;
    } finally {
      port.lock().unlock();
    }
  }

  private long move(
      Provider<VirtqueueEngine> newcomer,
      VhostPort port,
      DataPlane plane,
      Provider<VirtqueueEngine> old,
      Trial trial)
      throws SwapException {
    // Here and not in the task: what runs for the first time is linked, and keeps its thread.
    var back = new Back(port, plane, old, trial);
    ToIntFunction<EngineQueue> from = EngineQueue::base;
    try {
      long nanos =
          plane
              .worker()
              .call(() -> {
                // In the same task: until it has moved, a failure is still the old one's.
                plane.probation(back);
                return plane.moveTo(newcomer, from);
              });
      moved.add(new Moved(port, plane, new Watch(port.settings().device(), plane)));
      return nanos;
    } catch (RuntimeException refused) {
      port.rooms().engine().take(old);
      plane.settle();
      throw new SwapException(
          "port %s: %s refuses its queues: %s"
              .formatted(port.name(), newcomer.text(), refused.getMessage()),
          refused);
    }
  }

  /** Leads one port back to the engine that it had. */
  private record Back(VhostPort port, DataPlane plane, Provider<VirtqueueEngine> old, Trial trial)
      implements Fallback {

    @Override
    public boolean anyTime() {
      return true;
    }

    @Override
    public void back(String why, ToIntFunction<EngineQueue> from) {
      port.rooms().engine().take(old);
      plane.moveTo(old, from);
      port.note(why);
      trial.fail(why);
    }
  }

  @Override
  public void look(Trial trial) {
    together(Optional.empty());
  }

  @Override
  public void back(String why) {
    together(Optional.of(why));
  }

  /**
   * Looks, and leads back if there is a reason: all of one worker in one task, or a port that takes
   * frames again would lose them at one that still has no buffers, and one that does well now might
   * lose chains by then.
   */
  private void together(Optional<String> reason) {
    moved.stream()
        .collect(Collectors.groupingBy(each -> each.plane.worker()))
        .forEach((worker, ports) ->
            worker.call(() -> {
              together(ports, reason);
              return null;
            }));
  }

  /** On the worker; no lambdas, each of which would be linked there when it is first come to. */
  private static void together(List<Moved> ports, Optional<String> reason) {
    List<Optional<Watch.Finding>> found = new ArrayList<>();
    Optional<String> why = reason;
    for (Moved each : ports) {
      Optional<Watch.Finding> finding = each.watch.look();
      found.add(finding);
      if (why.isEmpty() && finding.isPresent()) {
        why = Optional.of("port %s: %s".formatted(each.port.name(), finding.get().why()));
      }
    }
    for (int i = 0; why.isPresent() && i < ports.size(); i++) {
      boolean lost = found.get(i).isPresent() && found.get(i).get().lost();
      ports.get(i).plane.goBack(why.get(), lost ? EngineQueue::base : EngineQueue::goOn);
    }
  }

  @Override
  public void settle() {
    moved.forEach(each -> each.plane.settle());
  }
}
