package io.mooring.port;

import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.swap.SwapException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Has another protocol obey messages, from one message to the next. */
final class ProtocolSwap implements RoomSwap<Protocol> {

  private final Rooms rooms;
  private final ChoiceMove<Protocol> moved = new ChoiceMove<>(PortRooms::protocol);

  ProtocolSwap(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Providers<Protocol> providers() {
    return rooms.protocols();
  }

  @Override
  public Optional<Provider<Protocol>> of(VhostPort port) {
    return port.rooms().protocol().get();
  }

  @Override
  public void choose(PortRooms rooms, Provider<Protocol> newcomer) {
    rooms.protocol().take(newcomer);
  }

  @Override
  public void check(Provider<Protocol> newcomer, VhostPort port) throws SwapException {
    long lacking = port.facts().protocolFeatures() & ~newcomer.service().features();
    Optional<ProtocolFeature> first =
        Arrays.stream(ProtocolFeature.values()).filter(each -> each.in(lacking)).findFirst();
    if (first.isPresent()) {
      throw new SwapException(
          "port %s uses protocol feature %s, which %s lacks"
              .formatted(
                  port.name(), first.get().name().toLowerCase(Locale.ROOT), newcomer.text()));
    }
  }

  @Override
  public Duration warmUp(Provider<Protocol> newcomer, List<VhostPort> ports, Duration most) {
    return Duration.ZERO;
  }

  @Override
  public Duration move(Provider<Protocol> newcomer, List<VhostPort> ports, Trial trial) {
    moved.move(newcomer, ports, trial);
    return Duration.ZERO;
  }

  @Override
  public void look(Trial trial) {}

  @Override
  public void back(String why) {
    moved.back(why);
  }

  @Override
  public void settle() {
    moved.settle();
  }
}
