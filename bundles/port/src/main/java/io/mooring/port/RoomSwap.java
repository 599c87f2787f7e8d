package io.mooring.port;

import io.mooring.api.swap.SwapException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How ports are moved from one provider of a room to another, for each room that allows it. */
interface RoomSwap<T> {

  /** All who provide the room. */
  Providers<T> providers();

  /** Who provides it to a port. */
  Optional<Provider<T>> of(VhostPort port);

  /**
   * Whether a newcomer can serve a port.
   *
   * @throws SwapException when it cannot: names the port and what it lacks
   */
  void check(Provider<T> newcomer, VhostPort port) throws SwapException;

  /** Whether a net port can have it. */
  default boolean serves() {
    return true;
  }

  /** Has a net port that there is not take a newcomer, when such a port can have it. */
  void choose(PortRooms rooms, Provider<T> newcomer);

  /**
   * Runs the newcomer where nobody depends on it.
   *
   * @return how long that took; zero when it is warmed up by {@link #choose} alone
   * @throws SwapException when it fails already there
   */
  Duration warmUp(Provider<T> newcomer, List<VhostPort> ports, Duration most)
      throws SwapException, InterruptedException;

  /**
   * Moves ports, and leads them back when the newcomer fails.
   *
   * @return the longest that a worker was kept from polling
   * @throws SwapException when a port cannot be moved; those moved before are on trial
   */
  Duration move(Provider<T> newcomer, List<VhostPort> ports, Trial trial) throws SwapException;

  /** Looks once whether the newcomer does well; tells the trial when it does not. */
  void look(Trial trial);

  /** Leads all moved ports back. */
  void back(String why);

  /** The probation is over: there is no way back any more. */
  void settle();
}
