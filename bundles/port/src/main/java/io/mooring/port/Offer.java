package io.mooring.port;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.Profiles;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a port would offer to a front-end that connected now. */
sealed interface Offer {

  /** This interface. */
  record Pinned(Profile profile) implements Offer {}

  /** The interface of whichever socket is chosen: of these profiles each has one. */
  record Choice(SortedSet<String> names) implements Offer {}

  /** Nothing before something comes; to be read after "waits for". */
  record Waits(String what) implements Offer {}

  /** Nothing ever: the configuration is wrong. */
  record Refused(String why) implements Offer {}

  /** Asks the profiles that are there now. */
  static Offer of(PortSettings settings, Optional<Profiles> profiles) {
    if (profiles.isEmpty()) {
      return new Waits("the profile bundle");
    }
    if (settings.socket().isTemplate() && settings.profile().isEmpty()) {
      return choice(settings, profiles);
    }
    try {
      return within(
          settings, profiles.get().forPort(settings.name(), settings.device(), settings.profile()));
    } catch (IllegalArgumentException wrong) {
      return new Refused(wrong.getMessage());
    } catch (IllegalStateException lacking) {
      return new Waits(lacking.getMessage());
    }
  }

  private static Offer choice(PortSettings settings, Optional<Profiles> profiles) {
    var names = new TreeSet<String>();
    for (String name : profiles.orElseThrow().names(settings.device())) {
      if (of(settings.pinned(name), profiles) instanceof Pinned) {
        names.add(name);
      }
    }
    return names.isEmpty()
        ? new Waits("a profile for device %s that it can offer".formatted(settings.device()))
        : new Choice(names);
  }

  private static Offer within(PortSettings settings, Profile profile) {
    if (settings.queuePairs() > profile.maxQueuePairs()) {
      return new Refused(
          "queues=%d is above max_queue_pairs=%d of profile %s"
              .formatted(settings.queuePairs(), profile.maxQueuePairs(), profile.name()));
    }
    if (settings.mtu().orElse(0) > profile.mtu()) {
      return new Refused(
          "mtu=%d is above mtu=%d of profile %s"
              .formatted(settings.mtu().getAsInt(), profile.mtu(), profile.name()));
    }
    return new Pinned(profile);
  }

  /** The interface, if there is one already. */
  default Optional<Profile> pinned() {
    return switch (this) {
      case Pinned pinned -> Optional.of(pinned.profile);
      case Choice _, Waits _, Refused _ -> Optional.empty();
    };
  }
}
