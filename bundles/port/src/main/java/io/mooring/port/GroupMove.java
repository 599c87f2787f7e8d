package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.swap.SwapException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All ports of one group have other devices from one turn of their worker to the next. */
final class GroupMove implements Fallback {

  /**
   * So many frames from guests and none to guests are lost ones, where most were delivered before
   * and another guest has buffers for them: guests that hear no answer say little.
   */
  private static final long SOME = 16;

  /** In so long at least. */
  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final Logger LOG = LoggerFactory.getLogger(GroupMove.class);

  private final List<VhostPort> ports;
  private final Provider<DeviceType> newcomer;
  private final Trial trial;
  private final List<Place> places = new ArrayList<>();
  private final Map<VhostPort, Traffic> before;

  /** Whether most frames were delivered before. */
  private boolean delivered;

  /** When a frame was last seen to be delivered, and what there was of others until then. */
  private long heardAt;

  private Traffic heard = Traffic.NONE;

  /** Where one port's device was, and what to do to have it there again. */
  private static final class Place {
    private final VhostPort port;
    private final DataPlane plane;
    private final Provider<DeviceType> oldType;
    private final Device fresh;
    private final Watch watch;
    private Device old;
    private DeviceSlot.Luggage luggage;
    private boolean entered;

    Place(VhostPort port, DataPlane plane, Provider<DeviceType> oldType, Device fresh) {
      this.port = port;
      this.plane = plane;
      this.oldType = oldType;
      this.fresh = fresh;
      watch = new Watch(port.settings().device(), plane);
    }
  }

  /**
   * A move that is to be run.
   *
   * @param before the traffic of each port a while ago
   */
  GroupMove(
      List<VhostPort> ports,
      Provider<DeviceType> newcomer,
      Trial trial,
      Map<VhostPort, Traffic> before) {
    this.before = before;
    this.ports = ports;
    this.newcomer = newcomer;
    this.trial = trial;
  }

  /** Moves them; returns how long the worker was kept. */
  Duration run() throws SwapException {
    Map<VhostPort, Device> fresh = DeviceSwap.open(newcomer, ports);
    rehearse();
    ports.forEach(port -> port.lock().lock());
    try {
      for (VhostPort port : ports) {
        Optional<DataPlane> plane = port.device().plane();
        Optional<Provider<DeviceType>> old = port.rooms().device().get();
        if (plane.isPresent() && old.isPresent()) {
          places.add(new Place(port, plane.get(), old.get(), fresh.get(port)));
        }
      }
      if (places.isEmpty()) {
        return Duration.ZERO;
      }
      counted();
      return Duration.ofNanos(worker().call(this::exchange));
    } catch (RuntimeException | LinkageError failure) {
      throw new SwapException(
          "%s cannot take over: %s".formatted(newcomer.text(), failure), failure);
    } finally {
      ports.forEach(port -> port.lock().unlock());
    }
  }

  /** What runs for the first time is slow: it is not to be while the worker is kept. */
  private void rehearse() {
    new GroupMove(List.of(), newcomer, new Trial("rehearsal"), Map.of()).exchange();
    for (VhostPort port : ports) {
      port.device().plane().ifPresent(GroupMove::rehearseToLeave);
    }
  }

  private static void rehearseToLeave(DataPlane plane) {
    try {
      plane.worker().call(() -> plane.slot().device().handOver().length);
    } catch (RuntimeException | LinkageError broken) {
      // It leaves in disorder then.
    }
  }

  private Worker worker() {
    return places.getFirst().plane.worker();
  }

  /** On the worker. */
  private long exchange() {
    long begin = System.nanoTime();
    for (Place place : places) {
      place.old = place.plane.slot().device();
      place.luggage = leave(place, DeviceSlot.Luggage.NONE);
    }
    try {
      for (Place place : places) {
        place.entered = true;
        place.plane.slot().enter(place.fresh, place.luggage);
      }
    } catch (RuntimeException | Error failure) {
      places.stream()
          .filter(place -> place.entered)
          .forEach(place -> place.plane.slot().throwOut());
      places.forEach(place -> place.plane.slot().enter(place.old, place.luggage));
      throw failure;
    }
    places.forEach(place -> {
      belongs(place, newcomer);
      place.plane.probation(this);
    });
    return System.nanoTime() - begin;
  }

  /** The device leaves, in order or not: one that is broken may be why another one comes. */
  private static DeviceSlot.Luggage leave(Place place, DeviceSlot.Luggage otherwise) {
    try {
      return place.plane.slot().leave();
    } catch (RuntimeException | LinkageError broken) {
      LOG.warn("port {}: a device leaves in disorder", place.port.name(), broken);
      place.plane.slot().throwOut();
      return otherwise;
    }
  }

  private static void belongs(Place place, Provider<DeviceType> type) {
    place.port.rooms().device().take(type);
    place.port.device().is(type);
  }

  @Override
  public boolean anyTime() {
    return false;
  }

  @Override
  public void back(String why, ToIntFunction<EngineQueue> from) {
    for (Place place : places) {
      place.plane.settle();
      // What it would have handed over may be lost; what it was handed is not.
      place.luggage = leave(place, place.luggage);
    }
    for (Place place : places) {
      place.plane.slot().enter(place.old, place.luggage);
      belongs(place, place.oldType);
      place.port.note(why);
    }
    trial.fail(why);
  }

  /** Leads all back, unless that was done. */
  void goBack(String why) {
    if (!places.isEmpty()) {
      DataPlane any = places.getFirst().plane;
      worker().call(() -> any.goBack(why, EngineQueue::goOn));
    }
  }

  void settle() {
    places.forEach(place -> place.plane.settle());
  }

  /** Whether frames were delivered before the move. */
  private void counted() {
    places.forEach(place -> place.watch.look());
    Traffic since =
        traffic()
            .minus(
                places.stream()
                    .map(place -> before.getOrDefault(place.port, Traffic.NONE))
                    .reduce(Traffic.NONE, Traffic::plus));
    delivered = since.toDrivers() > 0 && 2 * since.toDrivers() >= since.fromDrivers();
  }

  private Traffic traffic() {
    return places.stream().map(place -> place.watch.traffic()).reduce(Traffic.NONE, Traffic::plus);
  }

  void look() {
    for (Place place : places) {
      Optional<Watch.Finding> found = place.watch.look();
      if (found.isPresent()) {
        goBack("port %s: %s".formatted(place.port.name(), found.get().why()));
        return;
      }
    }
    Traffic now = traffic();
    if (now.toDrivers() != heard.toDrivers()) {
      heard = now;
      heardAt = System.nanoTime();
    }
    long since = now.minus(heard).fromDrivers();
    if (delivered
        && since >= SOME
        && System.nanoTime() - heardAt > SILENCE_NANOS
        && places.stream().filter(GroupMove::canReceive).count() > 1) {
      goBack(
          "port %s: %d frames were taken from guests and none was delivered"
              .formatted(places.getFirst().port.name(), since));
    }
  }

  private static boolean canReceive(Place place) {
    return place.watch.receives() && place.port.device().linkUp();
  }
}
