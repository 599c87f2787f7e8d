package io.mooring.port;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.Profiles;
import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;

/**
 * Which interface a front-end is offered, and what becomes of its wish for another one
 * (docs/profile-extension.md). Whoever calls it holds the port's lock.
 */
final class ProfileChoice {

  /** What stands for whichever version is newest, and so pins nothing. */
  private static final String LATEST = ".latest";

  private final PortSettings settings;
  private final PortRooms rooms;
  private final Runnable changed;
  private Profile profile;
  private boolean wished;

  /**
   * @param profile what is offered to a front-end that wishes for nothing
   * @param changed is told when another one is offered
   */
  ProfileChoice(PortSettings settings, Profile profile, PortRooms rooms, Runnable changed) {
    this.settings = settings;
    this.profile = profile;
    this.rooms = rooms;
    this.changed = changed;
  }

  Profile profile() {
    return profile;
  }

  /** Whether somebody chose it: the operator, the socket or the front-end. */
  boolean decided() {
    return wished || settings.profile().isPresent();
  }

  OfferedProfile offered() throws ProtocolException {
    try {
      String values = profiles().values(profile);
      return new OfferedProfile(profile.name().equals(values) ? "" : profile.name(), values);
    } catch (IllegalArgumentException without) {
      // A vendor's own device has no profiles.
      throw new ProtocolException(without.getMessage(), without);
    }
  }

  private Profiles profiles() throws ProtocolException {
    return rooms
        .profiles()
        .orElseThrow(() -> new ProtocolException("the profile bundle is not there"));
  }

  /**
   * Offers what the front-end wishes for, unless the operator or the socket has decided otherwise.
   */
  void ask(String wanted) throws ProtocolException {
    if (wanted.endsWith(LATEST)) {
      throw new ProtocolException(
          "profile %s is whichever is newest: a front-end names the one that its guest has"
              .formatted(wanted));
    }
    Profile found = find(wanted);
    if (settings.profile().isPresent()) {
      // An equal interface may have many names: the port's own is kept.
      if (!found.withName(profile.name()).equals(profile)) {
        throw new ProtocolException(
            "profile %s differs from %s, which the port is pinned to"
                .formatted(wanted, profile.name()));
      }
    } else {
      profile = found;
      wished = true;
      changed.run();
    }
  }

  private Profile find(String wanted) throws ProtocolException {
    profiles();
    return switch (Offer.of(settings.pinned(wanted), rooms.profiles())) {
      case Offer.Pinned(Profile found) -> found;
      case Offer.Waits(String what) -> throw new ProtocolException("there is no " + what);
      case Offer.Refused(String why) -> throw new ProtocolException(why);
      case Offer.Choice _ -> throw new IllegalStateException("one profile was asked for");
    };
  }
}
