package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a host tells management about its profiles: the contents of {@code run/profiles.json}.
 *
 * @param host its name
 * @param engine who runs the rings there; empty while nobody does
 * @param offers everything that it can do, by device type
 * @param latest the name of the profile that a port takes which asks for none, by device type
 * @param supported the profiles that are served, the best first
 * @param withheld the known profiles that are not, with the reasons
 * @param off the features that are switched off, by port; those of all ports under the empty name
 */
record Published(
    String host,
    String engine,
    NavigableMap<String, Profile> offers,
    NavigableMap<String, String> latest,
    List<ProfileState> supported,
    List<ProfileState> withheld,
    Switches off) {

  /** What a host with this view tells. */
  static Published of(String host, View view, Switches off) {
    var offers = new TreeMap<>(view.host().devices());
    offers.keySet().removeIf(device -> !FeatureNames.knows(device));
    var latest = new TreeMap<String, String>();
    for (String device : offers.keySet()) {
      view.best(device).ifPresent(state -> latest.put(device, state.profile().name()));
    }
    return new Published(
        host,
        view.host().engine(),
        offers,
        latest,
        view.served(),
        view.states().stream().filter(state -> !state.served()).toList(),
        off);
  }

  /** A host that serves one interface and nothing else. */
  static Published only(ProfileState state) {
    Profile profile = state.profile();
    return new Published(
        profile.name(),
        "",
        new TreeMap<>(Map.of(profile.device(), profile)),
        new TreeMap<>(Map.of(profile.device(), profile.name())),
        List.of(state),
        List.of(),
        Switches.NONE);
  }

  private Stream<ProfileState> known() {
    return Stream.concat(supported.stream(), withheld.stream());
  }

  /** A profile by name, alias, or {@code latest} of a lineage, served or not. */
  Optional<ProfileState> find(String name) {
    return View.latest(supported, name)
        .or(() -> View.latest(withheld, name))
        .or(() -> known().filter(state -> state.profile().name().equals(name)).findFirst())
        .or(() -> known().filter(state -> state.aliases().contains(name)).findFirst());
  }

  /** The names of all, without aliases. */
  List<String> names() {
    return known().map(state -> state.profile().name()).toList();
  }
}
