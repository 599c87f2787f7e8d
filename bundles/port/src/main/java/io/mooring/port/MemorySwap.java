package io.mooring.port;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import io.mooring.api.swap.SwapException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has another room map what is mapped from now on; what is mapped stays as it is. */
final class MemorySwap implements RoomSwap<GuestMemory> {

  private static final int BYTES = 4096;

  private final Rooms rooms;
  private final ChoiceMove<GuestMemory> moved = new ChoiceMove<>(PortRooms::memory);

  MemorySwap(Rooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public Providers<GuestMemory> providers() {
    return rooms.memories();
  }

  @Override
  public Optional<Provider<GuestMemory>> of(VhostPort port) {
    return port.rooms().memory().get();
  }

  @Override
  public void choose(PortRooms rooms, Provider<GuestMemory> newcomer) {
    rooms.memory().take(newcomer);
  }

  @Override
  public void check(Provider<GuestMemory> newcomer, VhostPort port) throws SwapException {
    int used = port.status().regions();
    if (used > newcomer.service().slots()) {
      throw new SwapException(
          "port %s has %d memory regions, %s has %d slots"
              .formatted(port.name(), used, newcomer.text(), newcomer.service().slots()));
    }
  }

  /** Maps a page and unmaps it. */
  @Override
  public Duration warmUp(Provider<GuestMemory> newcomer, List<VhostPort> ports, Duration most)
      throws SwapException {
    try {
      int descriptor = rooms.os().memfd("mooring-warm-up", BYTES);
      try {
        MappedRegion mapped = newcomer.service().map(new Region(0, BYTES, BYTES, 0), descriptor);
        boolean intact = newcomer.service().intact(mapped);
        newcomer.service().unmap(mapped);
        if (!intact) {
          throw new IOException("a page that is whole is said to be cut short");
        }
      } finally {
        rooms.os().close(descriptor);
      }
    } catch (IOException | RuntimeException failure) {
      throw new SwapException(
          "%s cannot map a page: %s".formatted(newcomer.text(), failure.getMessage()), failure);
    }
    return Duration.ZERO;
  }

  @Override
  public Duration move(Provider<GuestMemory> newcomer, List<VhostPort> ports, Trial trial) {
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
