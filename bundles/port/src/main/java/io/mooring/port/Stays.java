package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A VM that there is not comes and moves away, again and again: through a socket of its own and the
 * rooms as they are, or one of them as it would be, with a device on a switch of its own. Any
 * thread, one at a time.
 */
final class Stays {

  /** Long enough for the worker to sleep, which is another way to stop a queue. */
  private static final long PAUSE_NANOS = 300_000;

  private static final long SPIN_NANOS = 100_000;

  /** Who ends does so at once, or is interrupted. */
  private static final Duration END = Duration.ofSeconds(2);

  private static final int QUEUE_PAIRS = 1;
  private static final int MTU = 1500;

  private final Rooms rooms;

  private final String name;
  private final PortSettings settings;

  /** A switch of its name is nobody else's. */
  private final ReentrantLock one = new ReentrantLock();

  /**
   * Comes and goes.
   *
   * @param name of the switch, and nobody else's
   */
  Stays(Rooms rooms, String name) {
    this.rooms = rooms;
    this.name = name;
    settings = PortSettings.of("rehearsal", Map.of("socket", "/rehearsal", "switch", name));
  }

  /**
   * Comes and goes.
   *
   * @param most how often at most
   * @param goesOn asked before each time
   * @param chosen takes another provider than the usual one
   * @return how often it was done
   * @throws IOException when it cannot be done to the end; one line that says why
   */
  int run(int most, BooleanSupplier goesOn, Consumer<PortRooms> chosen)
      throws IOException, InterruptedException {
    one.lockInterruptibly();
    try {
      var side = new NoPort(name, new PortRooms(rooms, "net"));
      chosen.accept(side.rooms());
      return withDevice(side, most, goesOn);
    } finally {
      one.unlock();
    }
  }

  private int withDevice(NoPort side, int most, BooleanSupplier goesOn) throws IOException {
    Optional<Provider<DeviceType>> type = side.rooms().device().get();
    Optional<Provider<Transport>> transport = side.rooms().transport().get();
    if (type.isEmpty() || transport.isEmpty()) {
      throw new IOException("a room is not there");
    }
    var worker = new Worker("rehearsal-worker", -1, SPIN_NANOS, rooms);
    try {
      var plane =
          new DataPlane(
              type.get().service().open(name, settings.deviceSettings()),
              side.rooms().engine().get(),
              worker,
              side,
              () -> {});
      try {
        return withConnection(side, transport.get(), plane, most, goesOn);
      } finally {
        plane.close();
      }
    } finally {
      worker.close();
    }
  }

  private int withConnection(
      NoPort side, Provider<Transport> transport, DataPlane plane, int most, BooleanSupplier goesOn)
      throws IOException {
    try (TwoEnds pair = TwoEnds.of(transport.service())) {
      var back = new HandedConnection(name, side.rooms(), pair.back(), transport);
      var over = new AtomicBoolean();
      int ring = ring(side);
      Thread talk =
          Thread.ofPlatform()
              .name("rehearsal-connection")
              .daemon()
              .start(() -> talk(side, back, plane, ring, over::get));
      try (var front = new RehearsedFrontEnd(pair.front(), rooms.os(), ring)) {
        return stay(side, front, most, goesOn);
      } finally {
        over.set(true);
        pair.front().close();
        await(talk);
      }
    }
  }

  /** The usual size, or the largest that the engine has. */
  private static int ring(NoPort side) {
    int most = side.rooms().engine().service().map(VirtqueueEngine::maxSize).orElse(1);
    return Math.min(RehearsedFrontEnd.RING, Integer.highestOneBit(most));
  }

  private static int stay(NoPort side, RehearsedFrontEnd front, int most, BooleanSupplier goesOn)
      throws IOException {
    int done = 0;
    try {
      front.come();
      while (done < most && goesOn.getAsBoolean() && side.failure().isEmpty()) {
        front.stay(done % 2 == 0 ? 0 : PAUSE_NANOS);
        done++;
      }
    } catch (IOException failure) {
      // Who failed here says better why than who hears no answer.
      if (side.failure().isEmpty()) {
        throw failure;
      }
    }
    if (side.failure().isPresent()) {
      throw new IOException(side.failure().get());
    }
    return done;
  }

  private void talk(
      NoPort side, HandedConnection back, DataPlane plane, int ring, BooleanSupplier over) {
    var profile = new Profile(name, "net", RehearsedFrontEnd.FEATURES, ring, QUEUE_PAIRS, MTU);
    var session =
        new PortSession(
            settings,
            new ProfileChoice(settings, profile, side.rooms(), () -> {}),
            side.rooms(),
            side.lock(),
            () -> Optional.of(plane));
    try {
      session.begin();
      new Conversation(side, back, session, new Gate(), over, () -> {}).hold();
    } catch (IOException | ProtocolException | RuntimeException | LinkageError failure) {
      side.failed("a message", failure);
    } finally {
      back.close();
      side.lock().lock();
      try {
        session.close();
      } finally {
        side.lock().unlock();
      }
    }
  }

  /** Also when interrupted: what the thread uses is closed next. */
  static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        if (!thread.join(END)) {
          thread.interrupt();
        }
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
