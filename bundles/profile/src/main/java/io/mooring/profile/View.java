package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A picture of all known profiles, and of which a host serves. Immutable. */
final class View {

  /** The lineage whose newest version a port takes that names none. */
  private static final String OWN = "io.mooring";

  private record Ranked(ProfileState state, Version version) {

    static Ranked of(ProfileState state) {
      return new Ranked(state, Version.of(state.profile().name()));
    }

    String lineage() {
      return version.lineage();
    }

    Profile profile() {
      return state.profile();
    }
  }

  private static final Comparator<Ranked> BY_LINEAGE =
      Comparator.comparing(Ranked::lineage)
          .thenComparing(Ranked::version, Comparator.reverseOrder());

  /** Our own before others, the newest first; of the others whichever can most. */
  private static final Comparator<Ranked> BEST =
      Comparator.comparing((Ranked each) -> !each.lineage().equals(OWN))
          .thenComparing(
              (one, other) -> one.lineage().equals(OWN) ? BY_LINEAGE.compare(one, other) : 0)
          .thenComparingInt(each -> -Long.bitCount(each.profile().features()))
          .thenComparingInt(each -> -each.profile().maxRing())
          .thenComparingInt(each -> -each.profile().maxQueuePairs())
          .thenComparing(BY_LINEAGE);

  private final Host host;
  private final List<ProfileState> states;
  private final List<ProfileState> served;
  private final Map<String, ProfileState> byName = new HashMap<>();

  private View(Host host, List<Ranked> all) {
    this.host = host;
    states = all.stream().sorted(BY_LINEAGE).map(Ranked::state).toList();
    served =
        all.stream().filter(each -> each.state.served()).sorted(BEST).map(Ranked::state).toList();
    states.forEach(state -> state.aliases().forEach(alias -> name(alias, state)));
    states.forEach(state -> name(state.profile().name(), state));
  }

  /** Of two that bring a name, the one that is served. */
  private void name(String name, ProfileState state) {
    byName.merge(name, state, (one, other) -> one.served() && !other.served() ? one : other);
  }

  /**
   * What a host serves of a catalogue.
   *
   * @param port whose switches count besides those of all
   */
  static View of(Collection<Catalogue.Entry> entries, Host host, Switches switches, String port) {
    Host left = host.without(switches, port);
    return new View(
        left,
        entries.stream()
            .map(entry -> new Ranked(state(entry, withheld(entry, host, left)), entry.version()))
            .toList());
  }

  private static ProfileState state(Catalogue.Entry entry, List<String> withheld) {
    return new ProfileState(
        entry.text().profile(),
        entry.values(),
        entry.hash(),
        entry.text().aliases(),
        entry.text().source(),
        String.join(", ", entry.origins()),
        withheld);
  }

  private static List<String> withheld(Catalogue.Entry entry, Host host, Host left) {
    Profile profile = entry.text().profile();
    List<String> never = host.missing(profile);
    var why = new ArrayList<>(never);
    left.missing(profile).stream()
        .filter(line -> !never.contains(line))
        .forEach(line -> why.add(line + " (switched off)"));
    if (why.isEmpty()) {
      entry.obstacle().ifPresent(why::add);
    }
    return why;
  }

  /** What is left of the host when the switches are counted. */
  Host host() {
    return host;
  }

  /** All, by lineage, the newest of each first. */
  List<ProfileState> states() {
    return states;
  }

  /** Those that are served, the best first. */
  List<ProfileState> served() {
    return served;
  }

  /** By name, alias or {@code LINEAGE.latest}, which means the newest that is served, if one is. */
  Optional<ProfileState> find(String name) {
    return latest(served, name)
        .or(() -> latest(states, name))
        .or(() -> Optional.ofNullable(byName.get(name)));
  }

  /** What {@code LINEAGE.latest} means; empty for every other name. */
  static Optional<ProfileState> latest(List<ProfileState> states, String name) {
    return name.endsWith(Version.LATEST)
        ? states.stream()
            .map(Ranked::of)
            .filter(each -> name.equals(each.lineage() + Version.LATEST))
            .min(BY_LINEAGE)
            .map(Ranked::state)
        : Optional.empty();
  }

  /**
   * As {@link #find}.
   *
   * @throws IllegalArgumentException when no profile has this name
   */
  ProfileState get(String name) {
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "profile %s is not known%s"
                    .formatted(Text.shown(name), Text.hint(name, byName.keySet()))));
  }

  /** The best that is served of a device type. */
  Optional<ProfileState> best(String device) {
    return served.stream().filter(state -> state.profile().device().equals(device)).findFirst();
  }

  /** The names of those that were published and are not served, each with the reason. */
  NavigableMap<String, String> lost(Collection<String> published) {
    var lost = new TreeMap<String, String>();
    for (String name : published) {
      ProfileState state = byName.get(name);
      if (state == null) {
        lost.put(name, "no bundle or file brings it");
      } else if (!state.served()) {
        lost.put(name, String.join(", ", state.withheld()));
      }
    }
    return lost;
  }
}
