package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.warmup.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VM that there is not comes and moves away ({@link Stays}) until all that it takes is compiled:
 * when the start has been over for a while, and again after a room was replaced, whose code has
 * never run. A real VM that moves stands still until the back-end has answered, and what is
 * interpreted answers milliseconds later.
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

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Enough for every branch to be known before frames have it compiled. */
  private static final Duration FIRST_TURNS = Duration.ofMillis(300);

  /** Until all is compiled, where nothing else is to be done. */
  private static final Duration ALL_TURNS = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration ANOTHER_LOOK = Duration.ofMillis(200);

  private final Rooms rooms;
  private final Workers workers;

  /** No name that anybody would give a switch of his. */
  private final AtomicInteger number = new AtomicInteger();

  private volatile Stays stays;
  private final Duration afterStart;
  private final Duration afterChange;
  private final Duration patience;
  private final Runnable change = this::again;

  /** There is one from when a rehearsal is asked for until it is over. */
  private Optional<Thread> thread = Optional.empty();

  /** When to begin, by {@link System#nanoTime}. */
  private long due = System.nanoTime();

  /** Whether the start's engine is; who replaces it is warmed up by that. */
  private boolean warm;

  /** Anew, if one is under way. */
  private volatile boolean asked;

  private volatile boolean closed;

  StayRehearsal(Rooms rooms, Workers workers) {
    this(rooms, workers, AFTER_START, AFTER_CHANGE, PATIENCE);
  }

  StayRehearsal(
      Rooms rooms, Workers workers, Duration afterStart, Duration afterChange, Duration patience) {
    this.rooms = rooms;
    this.workers = workers;
    stays = fresh();
    this.afterStart = afterStart;
    this.afterChange = afterChange;
    this.patience = patience;
  }

  private Stays fresh() {
    return new Stays(rooms, ".rehearsal-" + number.incrementAndGet());
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
      if (!warm) {
        // An engine is not to be among the first that are seen.
        Decoys.show();
        awaitEngine();
        warmUp(FIRST_TURNS);
      }
      while (isDue()) {
        warmUp(ALL_TURNS);
        warm = !workers.swapping();
        rehearse();
      }
    } catch (InterruptedException interrupted) {
      // The bundle stops.
    }
  }

  /** Until one is there, or it is due what is done then. */
  private void awaitEngine() throws InterruptedException {
    long end = System.nanoTime() + afterStart.toNanos();
    while (rooms.engines().best().isEmpty() && System.nanoTime() - end < 0) {
      Thread.sleep(LOOK);
    }
  }

  /** The first frames are not to find branches that were never taken, such as a migration's. */
  private void warmUp(Duration most) throws InterruptedException {
    Optional<Provider<VirtqueueEngine>> engine = rooms.engines().best();
    if (engine.isPresent() && !warm) {
      var pace = new Pace(most, () -> !closed && !workers.swapping());
      try {
        new FrameWarmUp(rooms).rings(engine.get(), List.of(), pace);
      } catch (SwapException failure) {
        LOG.warn("{}", failure.getMessage());
      }
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
    return tryOut(usual -> {}, Duration.ZERO);
  }

  /**
   * Does it with somebody whom no port has yet.
   *
   * @param chosen takes him
   * @param warmUp how long at most it goes on until all is compiled
   * @return why it cannot be done, if so
   */
  Optional<String> tryOut(Consumer<PortRooms> chosen, Duration warmUp) throws InterruptedException {
    long end = System.nanoTime() + warmUp.toNanos();
    try {
      Bounded.run(
          "rehearsal-try-out",
          warmUp.plus(patience),
          () -> {
            Stays stays = this.stays;
            stays.run(TRIES, () -> !closed, chosen);
            if (!warmUp.isZero()) {
              stays.run(STAYS, () -> !closed && System.nanoTime() - end < 0, chosen);
            }
          });
      return Optional.empty();
    } catch (ExecutionException failure) {
      return Optional.of("a VM cannot come and go: " + why(failure.getCause()));
    } catch (TimeoutException late) {
      // Who does not return keeps what he has, and the next one has something else.
      LOG.warn("a rehearsal does not return, and is left to itself");
      stays = fresh();
      return Optional.of("a VM does not come and go to the end: a room does not return");
    }
  }

  /** What was thrown here says it in words. */
  private static String why(Throwable failure) {
    return failure instanceof IOException ? failure.getMessage() : failure.toString();
  }

  /**
   * Does it so often, unless a swap begins or a room is replaced.
   *
   * @return how often it was done
   * @throws IOException when it cannot be done to the end
   */
  int rehearse(int most) throws IOException, InterruptedException {
    return stays.run(most, () -> goesOn() && !workers.swapping(), usual -> {});
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
    last.ifPresent(Stays::await);
  }
}
