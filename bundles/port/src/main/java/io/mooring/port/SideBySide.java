package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.api.swap.SwapReport;
import io.mooring.api.swap.SwapRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One swap of a room whose newcomer is there beside the old one: installed, compared with what the
 * ports have promised, warmed up, given port after port, and watched; then the old one goes, or the
 * newcomer.
 */
final class SideBySide<T> {

  private static final Logger LOG = LoggerFactory.getLogger(SideBySide.class);

  /** How long a bundle's service may take to come. */
  private static final long SERVICE_MILLIS = 5000;

  private static final Duration LOOK = Duration.ofMillis(50);

  private final SwapRequest request;
  private final RoomSwap<T> swap;
  private final Bundles bundles;
  private final Rooms rooms;
  private final Workers workers;

  SideBySide(SwapRequest request, RoomSwap<T> swap, Bundles bundles, Rooms rooms, Workers workers) {
    this.request = request;
    this.swap = swap;
    this.bundles = bundles;
    this.rooms = rooms;
    this.workers = workers;
  }

  SwapReport swap() throws SwapException, InterruptedException {
    List<VhostPort> ports = ports();
    Bundle old = old(ports);
    BundleContent content =
        request.bundle().isPresent()
            ? BundleContent.of(request.bundle().get())
            : BundleContent.of(old);
    Bundle newcomer = bundles.installBeside(content, Bundles.startLevel(old));
    boolean well = false;
    try {
      rooms.beginTrial(newcomer.getBundleId());
      SwapReport report = swap(start(newcomer), ports);
      well = true;
      return report;
    } finally {
      rooms.endTrial(newcomer.getBundleId());
      if (!well) {
        bundles.remove(newcomer);
      }
    }
  }

  /** The ports to move: those that are named, or all that have the room. */
  private List<VhostPort> ports() throws SwapException {
    List<VhostPort> all =
        rooms.ports().stream()
            .filter(port -> swap.of(port).isPresent())
            .sorted(Comparator.comparing(VhostPort::name))
            .toList();
    for (String name : request.ports()) {
      if (all.stream().noneMatch(port -> port.name().equals(name))) {
        throw new SwapException(
            "no port %s has room %s; there are %s"
                .formatted(
                    name,
                    request.room(),
                    String.join(", ", all.stream().map(VhostPort::name).toList())));
      }
    }
    return request.ports().isEmpty()
        ? all
        : all.stream().filter(port -> request.ports().contains(port.name())).toList();
  }

  private Bundle old(List<VhostPort> ports) throws SwapException {
    Optional<Provider<T>> old =
        ports.isEmpty() ? swap.providers().best() : swap.of(ports.getFirst());
    return old.map(each -> bundles.context().getBundle(each.bundleId()))
        .orElseThrow(() -> new SwapException("room %s is not there".formatted(request.room())));
  }

  private Provider<T> start(Bundle newcomer) throws SwapException, InterruptedException {
    try {
      newcomer.start();
    } catch (BundleException failure) {
      throw new SwapException(
          "%s cannot start: %s".formatted(newcomer, failure.getMessage()), failure);
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVICE_MILLIS);
    Optional<Provider<T>> provider = swap.providers().from(newcomer.getBundleId());
    while (provider.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(5);
      provider = swap.providers().from(newcomer.getBundleId());
    }
    return provider.orElseThrow(
        () -> new SwapException("%s does not provide room %s".formatted(newcomer, request.room())));
  }

  private SwapReport swap(Provider<T> newcomer, List<VhostPort> ports)
      throws SwapException, InterruptedException {
    for (VhostPort port : ports) {
      swap.check(newcomer, port);
    }
    Duration warmUp = warmUp(newcomer, ports);
    Set<String> from = new TreeSet<>();
    ports.forEach(port -> swap.of(port).ifPresent(each -> from.add(each.text())));
    var trial = new Trial(newcomer.text());
    Instant movedAt = Instant.now();
    Duration longest = moveAndWatch(newcomer, ports, trial);
    ports.forEach(port -> port.note(""));
    List<Provider<T>> gone = outdated(newcomer);
    LOG.info("room {}: {} in place of {}", request.room(), newcomer.text(), from);
    for (Provider<T> each : gone) {
      from.add(each.text());
      Bundle bundle = bundles.context().getBundle(each.bundleId());
      if (bundle != null) {
        bundles.remove(bundle);
      }
    }
    return new SwapReport(
        request.room(),
        List.copyOf(from),
        newcomer.text(),
        ports.stream().map(VhostPort::name).toList(),
        warmUp,
        movedAt,
        longest,
        true);
  }

  /** Runs the newcomer by itself, and then with a VM that there is not. */
  private Duration warmUp(Provider<T> newcomer, List<VhostPort> ports)
      throws SwapException, InterruptedException {
    long begin = System.nanoTime();
    Duration alone = swap.warmUp(newcomer, ports, request.warmUp());
    tryOut(newcomer, alone.isZero() ? request.warmUp() : Duration.ZERO);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private void tryOut(Provider<T> newcomer, Duration warmUp)
      throws SwapException, InterruptedException {
    if (!swap.serves()) {
      return;
    }
    Optional<String> lacking = workers.tryOut();
    if (lacking.isPresent()) {
      // What is lacking already is not the newcomer's fault.
      LOG.warn("{} is not tried: without it, {}", newcomer.text(), lacking.get());
      return;
    }
    Optional<String> why = workers.tryOut(port -> swap.choose(port, newcomer), warmUp);
    if (why.isPresent()) {
      throw new SwapException("%s: %s".formatted(newcomer.text(), why.get()));
    }
  }

  private Duration moveAndWatch(Provider<T> newcomer, List<VhostPort> ports, Trial trial)
      throws SwapException, InterruptedException {
    try {
      Duration longest = swap.move(newcomer, ports, trial);
      long end = System.nanoTime() + request.probation().toNanos();
      do {
        swap.look(trial);
      } while (!trial.failsWithin(LOOK) && System.nanoTime() < end);
      Optional<String> failure = trial.failure();
      if (failure.isPresent()) {
        throw new SwapException(
            "room %s: %s was taken back: %s"
                .formatted(request.room(), newcomer.text(), failure.get()));
      }
      swap.settle();
      return longest;
    } catch (SwapException | RuntimeException | LinkageError | InterruptedException failure) {
      swap.back(failure.getMessage());
      throw failure;
    }
  }

  /** Who serves no port any more: all others, unless only some ports were named. */
  private List<Provider<T>> outdated(Provider<T> newcomer) {
    List<Provider<T>> outdated = new ArrayList<>(swap.providers().all());
    outdated.remove(newcomer);
    if (!request.ports().isEmpty()) {
      outdated.removeIf(
          each -> rooms.ports().stream().anyMatch(port -> swap.of(port).equals(Optional.of(each))));
    }
    return outdated;
  }
}
