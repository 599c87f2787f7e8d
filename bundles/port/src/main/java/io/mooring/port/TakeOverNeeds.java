package io.mooring.port;

import io.mooring.api.upgrade.UpgradeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a process waits for before it takes over: all that its files configure is there. */
final class TakeOverNeeds {

  private static final Duration COMING = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 10;

  private final Rooms rooms;
  private final Supplier<Optional<Workers>> workers;

  /**
   * @param workers those that are there now: they are others once they are configured
   */
  TakeOverNeeds(Rooms rooms, Supplier<Optional<Workers>> workers) {
    this.rooms = rooms;
    this.workers = workers;
  }

  /** Waits until the workers are configured. */
  void awaitWorkers(long[] cores) throws UpgradeException, InterruptedException {
    int[] wanted = Arrays.stream(cores).mapToInt(Math::toIntExact).toArray();
    await(
        () -> "workers on cores " + Arrays.toString(wanted),
        () -> workers.get().filter(now -> Arrays.equals(now.processors(), wanted)));
  }

  /** Waits until each of these interfaces is an uplink. */
  void awaitUplinks(Set<String> names) throws UpgradeException, InterruptedException {
    await(
        () -> "uplinks " + names,
        () -> workers.get().filter(now -> now.taps().keySet().containsAll(names)));
  }

  /** Waits until a port can serve. */
  void awaitPort(String name) throws UpgradeException, InterruptedException {
    await(() -> inVain(name), () -> port(rooms, name).filter(this::able));
  }

  private String inVain(String name) {
    return "port "
        + name
        + port(rooms, name)
            .map(each -> each.needs().refusal() + each.needs().missing())
            .filter(why -> !why.isEmpty())
            .map(" (%s)"::formatted)
            .orElse("");
  }

  private boolean able(VhostPort port) {
    return port.needs().missing().isEmpty()
        && port.device()
            .plane()
            .filter(plane -> workers.get().filter(now -> now.have(plane.worker())).isPresent())
            .isPresent();
  }

  /** The port of a name, if it is configured. */
  static Optional<VhostPort> port(Rooms rooms, String name) {
    return rooms.ports().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /**
   * Waits for something, but not for long.
   *
   * @throws UpgradeException when it does not come; says what, in one line
   */
  static <T> T await(Supplier<String> what, Supplier<Optional<T>> it)
      throws UpgradeException, InterruptedException {
    long end = System.nanoTime() + COMING.toNanos();
    Optional<T> found = it.get();
    while (found.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(LOOK_MILLIS);
      found = it.get();
    }
    return found.orElseThrow(() ->
        new UpgradeException(
            "the new process waits in vain for %s, %d s long"
                .formatted(what.get(), COMING.toSeconds())));
  }
}
