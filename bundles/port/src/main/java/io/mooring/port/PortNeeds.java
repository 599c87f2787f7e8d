package io.mooring.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/** What a port needs to serve a front-end, and what of it is not there. Any thread. */
final class PortNeeds {

  private final PortSettings settings;
  private final PortRooms rooms;
  private final BooleanSupplier connected;
  private volatile String refusal = "";

  /**
   * @param connected whether a front-end has a session, whose profile is then settled
   */
  PortNeeds(PortSettings settings, PortRooms rooms, BooleanSupplier connected) {
    this.settings = settings;
    this.rooms = rooms;
    this.connected = connected;
  }

  /** The device refuses the port's settings, or with an empty reason takes them. */
  void refuse(String reason) {
    refusal = reason;
  }

  /** Why the device or the profile refuses the port's settings; empty when they do not. */
  String refusal() {
    if (refusal.isEmpty()
        && !connected.getAsBoolean()
        && offer(Optional.empty()) instanceof Offer.Refused refused) {
      return refused.why();
    }
    return refusal;
  }

  /**
   * Why a front-end would be refused; empty when it would not.
   *
   * @param chosen the profile of the socket that it came to, where each profile has one
   */
  String why(Optional<String> chosen) {
    String reason = refusal().isEmpty() ? missing() : refusal();
    return switch (reason.isEmpty() ? offer(chosen) : new Offer.Refused(reason)) {
      case Offer.Refused(String why) -> why;
      case Offer.Waits(String what) -> "waits for " + what;
      case Offer.Choice _ -> "the profile of its socket is not served any more";
      case Offer.Pinned _ -> "";
    };
  }

  /**
   * The rooms that a session needs and that are not there now, or the profile that is not served;
   * empty when all is well.
   */
  String missing() {
    List<String> missing = new ArrayList<>();
    rooms.transport().get().ifPresentOrElse(any -> {}, () -> missing.add("the transport bundle"));
    rooms.protocol().get().ifPresentOrElse(any -> {}, () -> missing.add("the protocol bundle"));
    rooms.memory().get().ifPresentOrElse(any -> {}, () -> missing.add("the memory bundle"));
    rooms.engine().get().ifPresentOrElse(any -> {}, () -> missing.add("the virtqueue bundle"));
    rooms
        .device()
        .get()
        .ifPresentOrElse(any -> {}, () -> missing.add("a bundle for device " + settings.device()));
    if (missing.isEmpty()
        && !connected.getAsBoolean()
        && offer(Optional.empty()) instanceof Offer.Waits waits) {
      missing.add(waits.what());
    }
    return missing.isEmpty() ? "" : "waits for " + String.join(", ", missing);
  }

  /** Whether there is what profiles are served with: otherwise they are away only for now. */
  boolean servable() {
    return rooms.engine().get().isPresent() && rooms.device().get().isPresent();
  }

  /** What would be offered now to who comes to the socket of a profile, or to the only socket. */
  Offer offer(Optional<String> chosen) {
    return Offer.of(chosen.map(settings::pinned).orElse(settings), rooms.profiles());
  }

  /** The profiles that each have a socket now, where the socket decides. */
  Set<String> choice() {
    return offer(Optional.empty()) instanceof Offer.Choice(SortedSet<String> names)
        ? names
        : Set.of();
  }
}
