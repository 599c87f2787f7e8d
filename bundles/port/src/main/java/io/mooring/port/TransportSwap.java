package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the open sockets of ports into the hands of another transport, between two messages. */
final class TransportSwap implements RoomSwap<Transport> {

  private final Rooms rooms;
  private final ChoiceMove<Transport> moved =
      new ChoiceMove<>(PortRooms::transport, port -> port.loop().followQuietly());
  private final List<VhostPort> watched = new ArrayList<>();

  TransportSwap(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Providers<Transport> providers() {
    return rooms.transports();
  }

  @Override
  public Optional<Provider<Transport>> of(VhostPort port) {
    return port.rooms().transport().get();
  }

  @Override
  public void choose(PortRooms rooms, Provider<Transport> newcomer) {
    rooms.transport().take(newcomer);
  }

  @Override
  public void check(Provider<Transport> newcomer, VhostPort port) {}

  @Override
  public Duration warmUp(Provider<Transport> newcomer, List<VhostPort> ports, Duration most)
      throws SwapException, InterruptedException {
    return new SocketRehearsal(newcomer, rooms.os()).run(most);
  }

  @Override
  public Duration move(Provider<Transport> newcomer, List<VhostPort> ports, Trial trial)
      throws SwapException {
    for (VhostPort port : ports) {
      moved.move(newcomer, List.of(port), trial);
      watched.add(port);
      try {
        port.loop().follow();
      } catch (IOException failure) {
        throw new SwapException(failure.getMessage(), failure);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new SwapException("interrupted", interrupted);
      }
    }
    return Duration.ZERO;
  }

  @Override
  public void look(Trial trial) {
    watched.stream()
        .filter(port -> port.loop().stalls())
        .findFirst()
        .ifPresent(port ->
            trial.fail("port %s: a socket has news and none is told".formatted(port.name())));
  }

  @Override
  public void back(String why) {
    moved.back(why);
  }

  @Override
  public void settle() {
    moved.settle();
  }
}
