package io.mooring.port;

import io.mooring.api.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes another transport for what connects and listens from now on; connections and sockets that
 * are open stay with the one that opened them.
 */
final class TransportSwap implements RoomSwap<Transport> {

  private final Rooms rooms;

  TransportSwap(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Providers<Transport> providers() {
    return rooms.transport().providers();
  }

  @Override
  public Optional<Provider<Transport>> of(VhostPort port) {
    return rooms.transport().get();
  }

  @Override
  public void check(Provider<Transport> newcomer, VhostPort port) {}

  @Override
  public Duration warmUp(Provider<Transport> newcomer, List<VhostPort> ports, Duration most) {
    return Duration.ZERO;
  }

  @Override
  public Duration move(Provider<Transport> newcomer, List<VhostPort> ports, Trial trial) {
    rooms.transport().take(newcomer);
    return Duration.ZERO;
  }

  @Override
  public void look(Trial trial) {}

  @Override
  public void back(String why) {
    // The newcomer goes, and whoever is there is taken.
  }

  @Override
  public void settle() {}
}
