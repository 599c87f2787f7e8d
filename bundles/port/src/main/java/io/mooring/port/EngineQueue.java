package io.mooring.port;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * A queue as its device sees it, whichever engine runs it: the device keeps it while one engine's
 * queue takes the place of another's. It tells an engine's own failures from the guest's, and when
 * there is a way back to another engine it is taken within the call that failed, so that the device
 * sees nothing of it and no chain is lost or given twice. The worker's.
 *
 * <p>No device's compiled code knows an engine's classes, because all calls go through here: an
 * engine that comes makes none of it void, and one that has gone can be unloaded ({@link Decoys}).
 */
final class EngineQueue implements Virtqueue {

  private final String port;
  private final QueueSetup setup;
  private final Predicate<String> wayBack;
  private final Progress progress;
  private int call;
  private Virtqueue queue;

  /** How often the device asked for chains; counted only while watched. */
  private long takes;

  /** Chains that the device gave back as used. */
  private long given;

  /** Whether all is as ever: of a burst nothing is to be kept in mind. */
  private boolean plain = true;

  private boolean watched;

  /** Chains that the device has: the last burst, until some of it is given back. Not when plain. */
  private int outstanding;

  /**
   * Whether this engine's queue must take the outstanding chains itself before it has them back.
   */
  private boolean inherited;

  /**
   * A queue that an engine has opened.
   *
   * @param wayBack takes it when there is one, and returns whether there was: this queue has
   *     another engine then. It is told why, in one line
   */
  EngineQueue(String port, QueueSetup setup, Virtqueue opened, Predicate<String> wayBack) {
    this.port = port;
    this.setup = setup;
    this.wayBack = wayBack;
    call = setup.call();
    queue = opened;
    progress = new Progress(setup);
  }

  /**
   * A queue of no port, for code that is to be known before it is needed.
   *
   * @param watched whether as on probation, or as ever
   */
  static EngineQueue rehearsed(QueueSetup setup, Virtqueue opened, boolean watched) {
    var queue = new EngineQueue("warm-up", setup, opened, why -> false);
    if (watched) {
      queue.become(opened, setup.base(), true);
    }
    return queue;
  }

  QueueSetup setup() {
    return setup;
  }

  Progress progress() {
    return progress;
  }

  long takes() {
    return takes;
  }

  /** Chains that the device gave back as used. */
  long given() {
    return given;
  }

  /** What serves the queue is on probation, or is so no more. */
  void watch(boolean now) {
    watched = now;
    if (!now) {
      progress.end();
    }
    plain = !watched && !inherited;
  }

  /**
   * The same queue opened by another engine; {@link #become} makes it so.
   *
   * @throws QueueException when the engine refuses it
   */
  Virtqueue reopen(VirtqueueEngine engine, int from, MemoryTable memory) {
    var there =
        new QueueSetup(
            setup.index(),
            setup.size(),
            setup.descriptors(),
            setup.available(),
            setup.used(),
            setup.usedLog(),
            from,
            setup.features(),
            call,
            setup.inflight());
    return engine.open(there, memory);
  }

  /**
   * Another engine's queue takes this one's place, from where that begins.
   *
   * @param onProbation whether it is
   */
  void become(Virtqueue other, int from, boolean onProbation) {
    queue = other;
    inherited = outstanding > 0;
    progress.begin(from, onProbation);
    watch(onProbation);
  }

  /** Where another engine goes on when this one has failed. */
  int goOn() {
    OptionalInt told;
    try {
      told = OptionalInt.of(queue.base());
    } catch (RuntimeException | LinkageError silent) {
      told = OptionalInt.empty();
    }
    return progress.goOn(told);
  }

  /** Has another engine in place of the one that failed, or throws what is to be thrown. */
  private void failed(Throwable failure) {
    switch (failure) {
      case QueueException guests -> throw guests;
      // Guest memory that is gone.
      case InternalError memory -> throw memory;
      default -> {
        if (!wayBack.test("queue %d: the engine throws %s".formatted(index(), failure))) {
          throw new EngineFault(port, failure);
        }
      }
    }
  }

  @Override
  public int index() {
    return setup.index();
  }

  @Override
  public int size() {
    return setup.size();
  }

  @Override
  public int take(Chains chains, int limit) {
    if (plain) {
      try {
        return queue.take(chains, limit);
      } catch (RuntimeException | Error failure) {
        failed(failure);
      }
    }
    return takeWatched(chains, limit);
  }

  private int takeWatched(Chains chains, int limit) {
    takes++;
    outstanding = 0;
    try {
      outstanding = queue.take(chains, limit);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      outstanding = queue.take(chains, limit);
    }
    inherited = false;
    plain = !watched;
    return outstanding;
  }

  @Override
  public void publish(Chains chains, int count) {
    given += count;
    if (!plain) {
      publishWatched(chains, count);
      return;
    }
    try {
      queue.publish(chains, count);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      publishInherited(chains, count);
    }
  }

  private void publishWatched(Chains chains, int count) {
    if (inherited) {
      publishInherited(chains, count);
      return;
    }
    progress.publishing(chains, count);
    try {
      if (progress.asks()) {
        progress.says(queue.base());
      }
      queue.publish(chains, count);
    } catch (RuntimeException | Error failure) {
      failed(failure);
      if (!progress.went()) {
        publishInherited(chains, count);
      }
    }
    progress.published();
    outstanding = 0;
  }

  /** The engine takes what another one gave, which is the same chains, and has them back. */
  private void publishInherited(Chains chains, int count) {
    Chains same = new Chains(chains.capacity());
    int again = Math.min(count, queue.take(same, chains.count));
    System.arraycopy(chains.written, 0, same.written, 0, again);
    progress.publishing(same, again);
    queue.publish(same, again);
    progress.published();
    inherited = false;
    plain = !watched;
    outstanding = 0;
  }

  @Override
  public boolean available() {
    try {
      return queue.available();
    } catch (RuntimeException | Error failure) {
      failed(failure);
      return queue.available();
    }
  }

  @Override
  public boolean arm() {
    try {
      return queue.arm();
    } catch (RuntimeException | Error failure) {
      failed(failure);
      return queue.arm();
    }
  }

  @Override
  public void disarm() {
    try {
      queue.disarm();
    } catch (RuntimeException | Error failure) {
      failed(failure);
      queue.disarm();
    }
  }

  @Override
  public int base() {
    try {
      return queue.base();
    } catch (RuntimeException | Error failure) {
      failed(failure);
      return queue.base();
    }
  }

  @Override
  public void call(int eventfd) {
    call = eventfd;
    try {
      queue.call(eventfd);
    } catch (RuntimeException | Error failure) {
      // Another engine's queue was opened with it.
      failed(failure);
    }
  }

  @Override
  public void memory(MemoryTable table) {
    try {
      queue.memory(table);
    } catch (RuntimeException | Error failure) {
      // Another engine's queue was opened with it.
      failed(failure);
    }
  }
}
