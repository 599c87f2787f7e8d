package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import io.mooring.profile.Catalogue.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truth about profiles: which are known, what the host can do, and what is switched off. Any
 * thread.
 */
final class Registry {

  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  private final Ledger ledger;
  private final Pins pins;
  private final Supplier<Map<String, String>> connected;
  private final Runnable changed;

  private final Catalogue catalogue = new Catalogue();
  private Host host = Host.EMPTY;
  private Switches switches = Switches.NONE;

  /** By port; the view that counts no port's own switches under {@link Switches#ALL}. */
  private final Map<String, View> views = new HashMap<>();

  /**
   * A registry that knows nothing yet.
   *
   * @param connected the profiles of the ports that have a front-end now, by port
   * @param changed is told of each change, in whatever lock the changer holds
   */
  Registry(Ledger ledger, Pins pins, Supplier<Map<String, String>> connected, Runnable changed) {
    this.ledger = ledger;
    this.pins = pins;
    this.connected = connected;
    this.changed = changed;
  }

  private void change() {
    views.clear();
    changed.run();
  }

  synchronized void host(Host now) {
    host = now;
    change();
  }

  synchronized void switches(Switches now) {
    switches = now;
    change();
  }

  synchronized Switches switches() {
    return switches;
  }

  /** Takes a profile that nothing keeps from being served. */
  void put(String origin, ProfileText text) {
    put(origin, text, "");
  }

  /**
   * Takes a profile that a bundle or a file brings, in the place of what it brought before.
   *
   * @param obstacle what keeps it from being served; empty when nothing does
   * @throws IllegalArgumentException when one of its names means something else; nothing changes
   */
  synchronized void put(String origin, ProfileText text, String obstacle) {
    var entry = new Entry(text);
    text.names().forEach(name -> refuseRedefinition(name, entry.hash()));
    catalogue
        .brought(origin)
        .filter(before -> !before.hash().equals(entry.hash()))
        .flatMap(this::user)
        .ifPresent(port -> {
          throw new IllegalArgumentException(
              "port %s is connected with the profile that it brought before".formatted(port));
        });
    catalogue.put(origin, entry);
    catalogue.obstacle(origin, obstacle);
    change();
  }

  private void refuseRedefinition(String name, String hash) {
    if (!ledger.hash(name).orElse(hash).equals(hash)) {
      throw new IllegalArgumentException(
          "%s was published here with other values: a changed interface needs a new name"
              .formatted(name));
    }
  }

  /** A bundle or a file is gone; its profile stays while a connected port has it. */
  synchronized void remove(String origin) {
    catalogue
        .remove(origin)
        .ifPresent(entry -> {
          user(entry)
              .ifPresentOrElse(
                  port ->
                      LOG.warn(
                          "profile {}: {} is gone, but port {} is connected with it: it is"
                              + " withdrawn when that ends",
                          entry.name(),
                          origin,
                          port),
                  () -> catalogue.forget(entry));
        });
    change();
  }

  /** A connected port that has the profile and would lose it, if there is one. */
  private Optional<String> user(Entry entry) {
    Set<String> names = Set.copyOf(entry.text().names().toList());
    return connected.get().entrySet().stream()
        .filter(each -> names.contains(each.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Withdraws what only a port kept that has let go since. */
  synchronized void sweep() {
    List<Entry> left =
        catalogue.entries().stream()
            .filter(entry -> entry.origins().isEmpty() && user(entry).isEmpty())
            .toList();
    left.forEach(catalogue::forget);
    if (!left.isEmpty()) {
      change();
    }
  }

  /** Notes what keeps an origin's profile from being served; empty when nothing does. */
  synchronized void obstacle(String origin, String why) {
    if (catalogue.obstacle(origin, why)) {
      change();
    }
  }

  /** What is known and served now. */
  View view() {
    return view(Switches.ALL);
  }

  /** The same as a port sees it, whose own switches count too. */
  synchronized View view(String port) {
    String key = switches.off().containsKey(port) ? port : Switches.ALL;
    return views.computeIfAbsent(key, _ -> View.of(catalogue.entries(), host, switches, key));
  }

  /**
   * Why a profile is not served, one line a value; empty when it is.
   *
   * @param nameOrValues a known name, or a list of values
   */
  List<String> check(String nameOrValues) {
    return Values.isList(nameOrValues)
        ? view().host().missing(Values.given(nameOrValues))
        : view().get(nameOrValues).withheld();
  }

  /** See {@link io.mooring.api.profile.Profiles#forPort}. */
  synchronized Profile forPort(String port, String device, String asked) {
    View view = view(port);
    Profile profile;
    if (asked.isEmpty() && !FeatureNames.knows(device)) {
      profile = everything(view, device);
    } else if (Values.isList(asked)) {
      profile = Values.given(asked);
      require(asked, view.host().missing(profile));
    } else if (asked.isEmpty() || asked.endsWith(Version.LATEST)) {
      profile = latest(view, port, device, asked);
    } else {
      profile = named(view, ProfileText.name(asked)).withName(asked);
    }
    if (!profile.device().equals(device)) {
      throw new IllegalArgumentException(
          "profile %s is for a device %s, not %s".formatted(asked, profile.device(), device));
    }
    return profile;
  }

  /** A vendor's own device has no profiles: it offers what it can. */
  private static Profile everything(View view, String device) {
    return Optional.ofNullable(view.host().devices().get(device))
        .orElseThrow(() -> new IllegalStateException("a bundle for device " + device));
  }

  private static Profile named(View view, String name) {
    ProfileState state =
        view.find(name)
            .orElseThrow(() ->
                new IllegalStateException(
                    "profile %s, which no bundle or file brings".formatted(name)));
    require(name, state.withheld());
    return state.profile();
  }

  private static void require(String asked, List<String> withheld) {
    if (!withheld.isEmpty()) {
      throw new IllegalStateException(
          "profile %s, not served: %s".formatted(asked, String.join(", ", withheld)));
    }
  }

  /**
   * The profile that a port took before when it asked so. While that is not served because of what
   * the operator switched off, the best of what is left; the port returns to its own afterwards.
   */
  private Profile latest(View view, String port, String device, String asked) {
    Optional<String> before = pins.profile(port, asked);
    if (before.isPresent() && !switchedOff(view, before.get())) {
      return named(view, before.get());
    }
    Optional<ProfileState> now =
        asked.isEmpty() ? view.best(device) : view.find(asked).filter(ProfileState::served);
    if (now.isEmpty()) {
      throw new IllegalStateException(
          "profile %s, none is served".formatted(asked.isEmpty() ? "(the latest)" : asked));
    }
    if (before.isEmpty()) {
      pins.put(port, asked, now.get().profile().name());
    }
    return now.get().profile();
  }

  /** Whether only the operator's switches keep a profile from being served. */
  private boolean switchedOff(View view, String name) {
    return view.find(name)
        .map(ProfileState::profile)
        .filter(each -> host.missing(each).isEmpty() && !view.host().missing(each).isEmpty())
        .isPresent();
  }

  /** A port is gone for good. */
  void forget(String port) {
    pins.forget(port);
  }

  /** Names that were published and are not served now, each with the reason. */
  Map<String, String> audit() {
    return view().lost(ledger.all().keySet());
  }
}
