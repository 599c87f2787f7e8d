package io.mooring.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Ports choose another provider of a room, one by one, each on probation: who fails there is led
 * back from, and serves that port no more.
 *
 * @param <S> what the room provides
 */
final class ChoiceMove<S> {

  private final Function<PortRooms, Choice<S>> room;
  private final Consumer<VhostPort> ledBack;
  private final List<VhostPort> moved = new ArrayList<>();

  ChoiceMove(Function<PortRooms, Choice<S>> room) {
    this(room, port -> {});
  }

  /**
   * @param ledBack what else is to be done then
   */
  ChoiceMove(Function<PortRooms, Choice<S>> room, Consumer<VhostPort> ledBack) {
    this.room = room;
    this.ledBack = ledBack;
  }

  void move(Provider<S> newcomer, List<VhostPort> ports, Trial trial) {
    for (VhostPort port : ports) {
      port.lock().lock();
      try {
        Choice<S> choice = room.apply(port.rooms());
        Optional<Provider<S>> old = choice.get();
        port.rooms()
            .probation(
                newcomer,
                why -> {
                  old.ifPresent(choice::take);
                  ledBack.accept(port);
                  port.note(why);
                  trial.fail(why);
                });
        choice.take(newcomer);
        moved.add(port);
      } finally {
        port.lock().unlock();
      }
    }
  }

  void back(String why) {
    moved.forEach(port -> port.rooms().goBack(why));
  }

  void settle() {
    moved.forEach(port -> port.rooms().settle());
  }
}
