package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VM that there is not comes and moves away, again and again, until all that it takes is
 * compiled: through a socket of its own and the rooms as they are, with a device on a switch of its
 * own. A real VM that moves stands still until the back-end has answered, and what is interpreted
 * answers milliseconds later. When the start has been over for a while, and again after a room was
 * replaced, whose code has never run.
 */
final class StayRehearsal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StayRehearsal.class);

  private static final Duration AFTER_START = Duration.ofSeconds(10);

  /** Who replaces one room may be about to replace another. */
  private static final Duration AFTER_CHANGE = Duration.ofSeconds(3);

  /** What is called a thousand times is compiled (etc/jvm.options), and a little later it is. */
  static final int STAYS = 1500;

  /** Asleep and awake. */
  private static final int TRIES = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Long enough for the worker to sleep, which is another way to stop a queue. */
  private static final long PAUSE_NANOS = 300_000;

  private static final Duration ANOTHER_LOOK = Duration.ofMillis(200);

  private static final long SPIN_NANOS = 100_000;

  /** No name that anybody would give a switch of his. */
  private static final String NAME = ".rehearsal";

  private static final PortSettings SETTINGS =
      PortSettings.of("rehearsal", Map.of("socket", "/rehearsal", "switch", NAME));
  private static final Profile PROFILE =
      new Profile(NAME, "net", RehearsedFrontEnd.FEATURES, RehearsedFrontEnd.RING, 1, 1500);

  private final Rooms rooms;
  private final Workers workers;
  private final Duration afterStart;
  private final Duration afterChange;
  private final Runnable change = this::again;

  /** A switch of its name is nobody else's. */
  private final ReentrantLock one = new ReentrantLock();

  /** There is one from when a rehearsal is asked for until it is over. */
  private Optional<Thread> thread = Optional.empty();

  /** When to begin, by {@link System#nanoTime}. */
  private long due = System.nanoTime();

  /** Anew, if one is under way. */
  private volatile boolean asked;

  private volatile boolean closed;

  StayRehearsal(Rooms rooms, Workers workers) {
    this(rooms, workers, AFTER_START, AFTER_CHANGE);
  }

  StayRehearsal(Rooms rooms, Workers workers, Duration afterStart, Duration afterChange) {
    this.rooms = rooms;
    this.workers = workers;
    this.afterStart = afterStart;
    this.afterChange = afterChange;
  }

  /** Begins to wait for the first time. */
  void begin() {
    ask(afterStart);
    rooms.watch(change);
  }

  /** Something has changed: it is done again a little later. */
  void again() {
    ask(afterChange);
  }

  private synchronized void ask(Duration after) {
    long then = System.nanoTime() + after.toNanos();
    due = then - due > 0 ? then : due;
    asked = true;
    if (thread.isEmpty() && !closed) {
      thread = Optional.of(Thread.ofPlatform().name("rehearsal").daemon().start(this::run));
    }
  }

  private void run() {
    try {
      while (isDue()) {
        rehearse();
      }
    } catch (InterruptedException interrupted) {
      // The bundle stops.
    }
  }

  /** Waits until it is; returns false when none is asked for, which ends the thread. */
  private synchronized boolean isDue() throws InterruptedException {
    while (asked && due - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, due - System.nanoTime());
    }
    if (!asked) {
      thread = Optional.empty();
      return false;
    }
    asked = false;
    return true;
  }

  private void rehearse() throws InterruptedException {
    try {
      for (int done = 0; done < STAYS && goesOn(); done += rehearse(STAYS - done)) {
        while (workers.swapping()) {
          Thread.sleep(ANOTHER_LOOK);
        }
      }
    } catch (IOException | RuntimeException | Error failure) {
      // A room may be replaced, or all stopped, in these very moments. Whatever it is, this thread
      // goes on: it is asked again.
      LOG.debug("not rehearsed: {}", failure.toString());
    }
  }

  private boolean goesOn() {
    return !closed && !asked;
  }

  /** Does it a few times, in the middle of a swap, too; returns why it cannot be done, if so. */
  Optional<String> tryOut() throws InterruptedException {
    try {
      Bounded.run("rehearsal-try-out", PATIENCE, () -> rehearse(TRIES, () -> !closed));
      return Optional.empty();
    } catch (ExecutionException failure) {
      return Optional.of("a VM cannot come and go: " + failure.getCause());
    } catch (TimeoutException late) {
      return Optional.of("a VM cannot come and go within %d s".formatted(PATIENCE.toSeconds()));
    }
  }

  /**
   * Does it so often, unless a swap begins or a room is replaced.
   *
   * @return how often it was done
   * @throws IOException when it cannot be done to the end
   */
  int rehearse(int stays) throws IOException {
    return rehearse(stays, () -> goesOn() && !workers.swapping());
  }

  private int rehearse(int stays, BooleanSupplier goesOn) throws IOException {
    one.lock();
    try {
      return rehearseAlone(stays, goesOn);
    } finally {
      one.unlock();
    }
  }

  private int rehearseAlone(int stays, BooleanSupplier goesOn) throws IOException {
    Optional<Provider<Transport>> transport = rooms.transports().best();
    Optional<Provider<DeviceType>> type = rooms.devices("net").best();
    if (transport.isEmpty() || type.isEmpty()) {
      throw new IOException("a room is not there");
    }
    var nobody = new NoPort(NAME, new PortRooms(rooms, "net"));
    var worker = new Worker("rehearsal-worker", -1, SPIN_NANOS, rooms);
    try {
      var plane =
          new DataPlane(
              type.get().service().open(NAME, SETTINGS.deviceSettings()),
              nobody.rooms().engine().get(),
              worker,
              nobody,
              () -> {});
      try (TwoEnds pair = TwoEnds.of(transport.get().service())) {
        var back = new HandedConnection(NAME, nobody.rooms(), pair.back(), transport.get());
        Thread talk =
            Thread.ofPlatform()
                .name("rehearsal-connection")
                .daemon()
                .start(() -> talk(nobody, back, Optional.of(plane)));
        try (var front = new RehearsedFrontEnd(pair.front(), rooms.os())) {
          return stay(front, stays, goesOn, nobody);
        } finally {
          pair.front().close();
          await(talk);
        }
      } finally {
        plane.close();
      }
    } finally {
      worker.close();
    }
  }

  private int stay(RehearsedFrontEnd front, int stays, BooleanSupplier goesOn, NoPort nobody)
      throws IOException {
    front.come();
    int done = 0;
    while (done < stays && goesOn.getAsBoolean()) {
      front.stay(done % 2 == 0 ? 0 : PAUSE_NANOS);
      done++;
      if (nobody.failed()) {
        throw new IOException("a room fails");
      }
    }
    return done;
  }

  /** Also when interrupted: what the thread uses is closed next. */
  private static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void talk(NoPort side, Connection back, Optional<DataPlane> plane) {
    var session =
        new PortSession(
            SETTINGS,
            new ProfileChoice(SETTINGS, PROFILE, side.rooms(), () -> {}),
            side.rooms(),
            side.lock(),
            () -> plane);
    try {
      session.begin();
      new Conversation(side, back, session, new Gate(), () -> closed, () -> {}).hold();
    } catch (IOException | ProtocolException | RuntimeException | LinkageError failure) {
      LOG.debug("not rehearsed: {}", failure.toString());
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

  @Override
  public void close() {
    rooms.unwatch(change);
    Optional<Thread> last;
    synchronized (this) {
      closed = true;
      last = thread;
    }
    last.ifPresent(Thread::interrupt);
    last.ifPresent(StayRehearsal::await);
  }
}
