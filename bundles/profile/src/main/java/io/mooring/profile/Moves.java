package io.mooring.profile;

import io.mooring.api.profile.MovePlan;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether VMs may move between hosts that publish their profiles. */
final class Moves {

  /** The one that offers least. */
  private static final Comparator<Profile> LEAST =
      Comparator.comparingInt((Profile profile) -> Long.bitCount(profile.features()))
          .thenComparingInt(Profile::maxRing)
          .thenComparingInt(Profile::maxQueuePairs)
          .thenComparingInt(Profile::mtu)
          .thenComparing(Profile::name);

  private Moves() {}

  /**
   * Whether a VM may move, from what management has.
   *
   * @param from the interface that it has, as {@link Description} takes it
   * @param to a published file, or the one interface that the destination offers; empty for here
   * @param acknowledged what its guest uses; when empty, all of {@code from}
   */
  static MovePlan plan(
      String from, Optional<String> to, OptionalLong acknowledged, Published here) {
    Function<String, ProfileState> known = name -> known(name, here);
    Published destination = to.map(where -> destination(where, known)).orElse(here);
    Profile has = Description.of(from, name -> source(name, here, destination)).profile();
    return plan(has, acknowledged.orElse(has.features()), destination);
  }

  /** A name means what it means here; one that only the destination knows, what it means there. */
  private static ProfileState source(String name, Published here, Published destination) {
    return here.find(name).or(() -> destination.find(name)).orElseGet(() -> known(name, here));
  }

  private static Published destination(String where, Function<String, ProfileState> known) {
    return Description.isFile(where) && isPublished(Description.read(Path.of(where)))
        ? PublishedJson.read(Path.of(where))
        : Published.only(Description.of(where, known));
  }

  private static boolean isPublished(String text) {
    return text.stripLeading().startsWith("{") && !text.contains(QmpStatus.MARK);
  }

  private static ProfileState known(String name, Published here) {
    return here.find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "profile %s is not known%s"
                    .formatted(Text.shown(name), Text.hint(name, here.names()))));
  }

  /**
   * Whether a VM may move to a host.
   *
   * @param has the interface that it has
   * @param acknowledged what its guest uses; bits that are not in {@code has} are the front-end's
   *     own and travel with it
   */
  static MovePlan plan(Profile has, long acknowledged, Published to) {
    Profile offer = to.offers().get(has.device());
    if (offer == null) {
      return new MovePlan(
          false, List.of("device=" + has.device()), List.of(), Optional.empty(), Optional.empty());
    }
    long used = acknowledged & has.features();
    List<String> lost =
        FeatureNames.of(has.device()).names(used & ~offer.features()).stream()
            .map(name -> name + "=on")
            .toList();
    List<String> missing = Comparison.missing(offer, has);
    var needed = new Profile("", has.device(), used, has.maxRing(), has.maxQueuePairs(), has.mtu());
    Optional<Profile> least =
        profiles(to).filter(each -> Comparison.missing(each, needed).isEmpty()).min(LEAST);
    Optional<Profile> most =
        profiles(to).filter(each -> Comparison.missing(has, each).isEmpty()).max(LEAST);
    return new MovePlan(
        missing.isEmpty(), missing, lost, least.map(Moves::text), most.map(Moves::text));
  }

  private static String text(Profile profile) {
    return profile.name().isEmpty() ? Values.print(profile) : profile.name();
  }

  private static Stream<Profile> profiles(Published host) {
    return host.supported().stream().map(ProfileState::profile);
  }

  /** The best profile of a device type that all hosts serve, in the order of the first. */
  static Optional<String> baseline(String device, List<Published> hosts) {
    return hosts.getFirst().supported().stream()
        .filter(state -> state.profile().device().equals(device))
        .filter(state -> hosts.stream().allMatch(host -> serves(host, state)))
        .map(state -> state.profile().name())
        .findFirst();
  }

  private static boolean serves(Published host, ProfileState wanted) {
    return host.supported().stream()
        .anyMatch(state ->
            state.hash().equals(wanted.hash())
                && (state.profile().name().equals(wanted.profile().name())
                    || state.aliases().contains(wanted.profile().name())));
  }
}
