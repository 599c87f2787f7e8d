package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.os.Poller;
import io.mooring.api.virtqueue.QueueException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that polls agents, and sleeps when they have no work. All that agents own is touched by
 * their worker only: other threads hand it tasks, which run between two turns, that is at a burst
 * boundary. While it sleeps they run their tasks themselves, in its place: to wake it would take
 * most of the time for which a VM that moves stands still. Not so where it is pinned: there they
 * have to share the other processors, and would keep it waiting.
 */
final class Worker implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final int LONGEST_SLEEP_MILLIS = 1000;
  private static final int READY = 64;

  private final String name;
  private final int processor;
  private final long spinNanos;
  private final Rooms rooms;
  private final Poller poller;
  private final int wake;
  private final Thread thread;

  /** Held by whoever is the worker: its thread but while that sleeps. */
  private final ReentrantLock turn = new ReentrantLock();

  private final Condition resumed = turn.newCondition();

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final int[] ready = new int[READY];

  private final AtomicLong busyNanos = new AtomicLong();

  private final Agents agents = new Agents();

  private volatile boolean paused;
  private volatile boolean stopping;

  /**
   * @param processor to pin the thread to, -1 for none
   * @param spinNanos how long to poll without work before sleeping
   */
  Worker(String name, int processor, long spinNanos, Rooms rooms) throws IOException {
    this.name = name;
    this.processor = processor;
    this.spinNanos = spinNanos;
    this.rooms = rooms;
    poller = rooms.os().poller();
    wake = rooms.os().eventfd();
    poller.add(wake);
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this);
    thread.start();
  }

  String name() {
    return name;
  }

  /** The processor that the thread is pinned to; -1 for none. */
  int processor() {
    return processor;
  }

  /** Nanoseconds spent in turns that moved something; any thread. */
  long busyNanos() {
    return busyNanos.getOpaque();
  }

  /** Begins to poll an agent; any thread. */
  void add(Agent agent, AgentOwner owner) {
    call(() -> {
      agent.joined();
      agents.add(agent, owner);
      if (agent.wakeDescriptor() >= 0) {
        poller.add(agent.wakeDescriptor());
      }
      return null;
    });
  }

  /** Polls an agent no more; any thread. */
  void remove(Agent agent) {
    call(() -> {
      if (agent.wakeDescriptor() >= 0) {
        poller.remove(agent.wakeDescriptor());
      }
      agents.remove(agent);
      agent.left();
      return null;
    });
  }

  /** On the worker: polls an agent no more that may not even be told so. */
  void forget(Agent agent) {
    try {
      remove(agent);
    } catch (RuntimeException | LinkageError broken) {
      LOG.warn("{}: an agent left in disorder: {}", name, broken.toString());
    }
  }

  /**
   * Does an agent's work as in a turn of its own: what goes wrong there, a neighbour's ring for
   * instance, ends the port that is guilty of it and is not thrown here. Any thread.
   */
  void inTurn(Agent agent, Runnable work) {
    call(() -> {
      agents.inTurn(agent, work);
      return null;
    });
  }

  /** Gives no agent a turn any more, until {@link #goOn}; tasks are run. Any thread. */
  void pause() {
    call(() -> {
      paused = true;
      return null;
    });
  }

  /** Gives turns again. Any thread. */
  void goOn() {
    turn.lock();
    try {
      paused = false;
      resumed.signalAll();
    } finally {
      turn.unlock();
    }
  }

  /** Lets a descriptor end the worker's sleep; any thread. */
  void watch(int descriptor) throws IOException {
    poller.add(descriptor);
  }

  /** Takes back {@link #watch}. */
  void unwatch(int descriptor) {
    poller.remove(descriptor);
  }

  /**
   * Runs a task on the worker between two turns and waits for it. What it throws is thrown here;
   * memory that a front-end truncated comes as a {@link QueueException}.
   */
  <T> T call(Callable<T> task) {
    if (turn.isHeldByCurrentThread()) {
      return inline(task);
    }
    if (processor < 0 && turn.tryLock()) {
      return inItsPlace(task);
    }
    var result = new CompletableFuture<T>();
    tasks.add(() -> {
      try {
        result.complete(task.call());
      } catch (Throwable failure) {
        // The caller's, whatever it is: the worker has other ports.
        result.completeExceptionally(failure);
      }
    });
    if (stopping || paused) {
      // Nobody else runs tasks.
      turn.lock();
      try {
        runTasks();
      } finally {
        turn.unlock();
      }
    } else {
      rooms.os().signal(wake);
    }
    try {
      return result.join();
    } catch (CompletionException failure) {
      throw asUnchecked(failure.getCause());
    }
  }

  /** With the turn taken, which ends with the task. */
  private <T> T inItsPlace(Callable<T> task) {
    try {
      return task.call();
    } catch (Throwable failure) {
      throw asUnchecked(failure);
    } finally {
      try {
        // Agents may have work now, or more to be watched; else the worker sleeps on.
        if (!stopping && !paused && agents.arm() > 0) {
          rooms.os().signal(wake);
        }
      } finally {
        turn.unlock();
      }
    }
  }

  private static <T> T inline(Callable<T> task) {
    try {
      return task.call();
    } catch (Exception | InternalError failure) {
      throw asUnchecked(failure);
    }
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    return switch (failure) {
      case RuntimeException unchecked -> unchecked;
      case InternalError ignored -> new QueueException(Agents.MEMORY_GONE);
      default -> new IllegalStateException(failure.getMessage(), failure);
    };
  }

  @Override
  public void run() {
    turn.lock();
    try {
      serve();
    } finally {
      turn.unlock();
    }
  }

  private void serve() {
    pin();
    var doze = new Doze(spinNanos);
    long last = System.nanoTime();
    long idleSince = last;
    while (!stopping) {
      boolean changed = runTasks();
      if (paused) {
        standStill();
        last = System.nanoTime();
      } else if (changed) {
        // A queue that came with a task asks for kicks.
        agents.disarm();
      }
      int moved = agents.poll();
      long now = System.nanoTime();
      if (moved > 0) {
        // Only this thread writes; a reader may be a turn behind.
        busyNanos.setOpaque(busyNanos.getPlain() + now - last);
        idleSince = now;
        doze.brought(moved);
      } else if (now - idleSince > doze.after()) {
        long awake = now;
        sleep();
        now = System.nanoTime();
        idleSince = now;
        doze.took(now - awake);
      } else {
        Thread.onSpinWait();
      }
      last = now;
    }
    runTasks();
    poller.close();
    rooms.os().close(wake);
  }

  /** Until all goes on: what agents have may be another process's meanwhile, and is left alone. */
  private void standStill() {
    while (paused) {
      resumed.awaitUninterruptibly();
    }
    agents.disarm();
  }

  private void pin() {
    if (processor >= 0) {
      try {
        rooms.os().pinCurrentThread(processor);
      } catch (IOException failure) {
        LOG.error("{}: cannot run on core {}: {}", name, processor, failure.getMessage());
      }
    }
  }

  /** Returns whether there were any. */
  private boolean runTasks() {
    boolean any = false;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      any = true;
    }
    return any;
  }

  private void sleep() {
    try {
      if (agents.arm() == 0 && tasks.isEmpty()) {
        await();
      }
    } catch (IOException failure) {
      LOG.error("{}: cannot wait: {}", name, failure.getMessage());
    }
    if (!paused) {
      agents.disarm();
    }
  }

  private void await() throws IOException {
    turn.unlock();
    try {
      poller.await(ready, LONGEST_SLEEP_MILLIS);
    } finally {
      turn.lock();
    }
  }

  /** Ends the thread; its agents were removed before. */
  void close() {
    stopping = true;
    goOn();
    rooms.os().signal(wake);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
