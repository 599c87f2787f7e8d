package io.mooring.port;

import io.mooring.api.profile.ProfileState;
import io.mooring.api.swap.SwapException;
import io.mooring.api.swap.SwapReport;
import io.mooring.api.swap.SwapRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * One swap of a room of which there can only be one: the new bundle is compared with the old one,
 * which is updated and refreshed, and when it does not come to what it was before, updated again
 * with what it had.
 */
final class InPlace {

  private static final String OURS = "io.mooring.";
  private static final String FEATURES = OURS + "feature.";

  /** Rooms that end connections, or this very swap, when they are replaced. */
  private static final Set<String> FIXED = Set.of("api", "port", "logging", "shell");

  private static final long SERVICE_MILLIS = 5000;

  private final SwapRequest request;
  private final Bundles bundles;
  private final Rooms rooms;
  private final Workers workers;

  InPlace(SwapRequest request, Bundles bundles, Rooms rooms, Workers workers) {
    this.request = request;
    this.bundles = bundles;
    this.rooms = rooms;
    this.workers = workers;
  }

  SwapReport swap() throws SwapException, InterruptedException {
    if (FIXED.contains(request.room())) {
      throw new SwapException(
          "room %s cannot be swapped: update and refresh its bundle, and front-ends connect again"
              .formatted(request.room()));
    }
    if (!request.ports().isEmpty()) {
      throw new SwapException(
          "room %s is the same for all ports: --port cannot be given".formatted(request.room()));
    }
    Bundle bundle = find();
    BundleContent before = BundleContent.of(bundle);
    BundleContent now =
        request.bundle().isPresent() ? BundleContent.of(request.bundle().get()) : before;
    check(bundle, now);
    String from = text(bundle);
    Set<String> provided = provided(bundle);
    int state = bundle.getState();
    // What is lacking already is not the newcomer's fault.
    boolean whole = workers.tryOut().isEmpty();
    Instant movedAt = Instant.now();
    try {
      update(bundle, now);
      await(bundle, state, provided);
      tryOut(whole);
      TimeUnit.NANOSECONDS.sleep(request.probation().toNanos());
      await(bundle, state, provided);
      tryOut(whole);
    } catch (BundleException | SwapException | RuntimeException | LinkageError failure) {
      goBack(bundle, before, state, provided);
      throw new SwapException(
          "room %s: the new bundle was taken back: %s"
              .formatted(request.room(), failure.getMessage()),
          failure);
    } catch (InterruptedException left) {
      // Who asked for it went away before it was proven.
      goBack(bundle, before, state, provided);
      throw left;
    }
    return new SwapReport(
        request.room(),
        List.of(from),
        text(bundle),
        List.of(),
        Duration.ZERO,
        movedAt,
        Duration.ZERO,
        false);
  }

  private void check(Bundle bundle, BundleContent now) throws SwapException {
    var prospect = new Prospect(bundle, rooms.ports(), bundles.wiring());
    try {
      bundles.look(now, prospect::check);
    } catch (SwapException unfit) {
      throw new SwapException(
          "room %s stays as it is: %s: %s"
              .formatted(request.room(), now.location(), unfit.getMessage()),
          unfit);
    }
  }

  private Bundle find() throws SwapException {
    return Arrays.stream(bundles.context().getBundles())
        .filter(bundle ->
            Stream.of(request.room(), OURS + request.room(), FEATURES + request.room())
                .anyMatch(name -> name.equals(bundle.getSymbolicName())))
        .findFirst()
        .orElseThrow(() ->
            new SwapException(
                "no room or bundle %s; rooms are %s, and each profile's bundle"
                    .formatted(request.room(), String.join(", ", RoomSwapper.names()))));
  }

  private static String text(Bundle bundle) {
    return "%s %s [%d]"
        .formatted(bundle.getSymbolicName(), bundle.getVersion(), bundle.getBundleId());
  }

  /** Lets a VM that there is not come and go, once rooms that were restarted are there again. */
  private void tryOut(boolean whole) throws SwapException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVICE_MILLIS);
    Optional<String> why = whole ? workers.tryOut() : Optional.empty();
    while (why.isPresent() && System.nanoTime() < end) {
      Thread.sleep(50);
      why = workers.tryOut();
    }
    if (why.isPresent()) {
      throw new SwapException(why.get());
    }
  }

  /** What there is now: a bundle's services and profiles, and whatever else is served. */
  private Set<String> provided(Bundle bundle) {
    Stream<String> served =
        bundles.profiles().stream()
            .filter(ProfileState::served)
            .map(state -> "profile " + state.profile().name());
    return Stream.of(services(bundle), profiles(bundle), served)
        .flatMap(each -> each)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> services(Bundle bundle) {
    ServiceReference<?>[] registered = bundle.getRegisteredServices();
    return Arrays.stream(registered == null ? new ServiceReference<?>[0] : registered)
        .flatMap(each -> Arrays.stream((String[]) each.getProperty(Constants.OBJECTCLASS)));
  }

  private Stream<String> profiles(Bundle bundle) {
    return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(Prospect.PROFILE).stream()
        .map(BundleCapability::getAttributes)
        .filter(this::isServed)
        .map(profile -> "profile %s as it has it".formatted(profile.get("name")));
  }

  /** As the bundle has it: one of the same name may have been there before. */
  private boolean isServed(Map<String, Object> profile) {
    return bundles.profiles().stream()
        .filter(ProfileState::served)
        .anyMatch(state ->
            state.profile().name().equals(profile.get("name"))
                && state.hash().equals(profile.get("hash")));
  }

  private void update(Bundle bundle, BundleContent content)
      throws BundleException, InterruptedException {
    int before = bundle.getState();
    if (before == Bundle.ACTIVE) {
      // Or it would start twice: with what is updated, and again with what is refreshed.
      bundle.stop(Bundle.STOP_TRANSIENT);
    }
    bundle.update(content.stream());
    bundles.refresh(bundle);
    if (before == Bundle.ACTIVE) {
      bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    } else if (before == Bundle.RESOLVED) {
      bundles.wiring().resolveBundles(List.of(bundle));
    }
  }

  /** Waits until a bundle is in a state and provides again what it did. */
  private void await(Bundle bundle, int state, Set<String> provided)
      throws SwapException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SERVICE_MILLIS);
    for (String lacking = lacking(bundle, state, provided);
        !lacking.isEmpty();
        lacking = lacking(bundle, state, provided)) {
      if (System.nanoTime() > end) {
        throw new SwapException("%s %s".formatted(text(bundle), lacking));
      }
      Thread.sleep(5);
    }
  }

  private String lacking(Bundle bundle, int state, Set<String> provided) {
    Set<String> missing = new TreeSet<>(provided);
    missing.removeAll(provided(bundle));
    if (bundle.getState() < state) {
      return "does not run";
    }
    return missing.isEmpty() ? "" : "does not provide " + String.join(", ", missing);
  }

  private void goBack(Bundle bundle, BundleContent before, int state, Set<String> provided)
      throws SwapException, InterruptedException {
    try {
      update(bundle, before);
      if (state == Bundle.ACTIVE) {
        bundle.start();
      }
      await(bundle, state, provided);
    } catch (BundleException | RuntimeException failure) {
      throw new SwapException(
          "room %s: neither the new bundle nor the old one runs: %s"
              .formatted(request.room(), failure.getMessage()),
          failure);
    }
  }
}
