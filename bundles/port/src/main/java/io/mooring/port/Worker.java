package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.device.QueueFault;
import io.mooring.api.os.Poller;
import io.mooring.api.virtqueue.QueueException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
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

  /** Who answers for an agent that fails. */
  interface Owner {

    /** The port's name. */
    String name();

    /**
     * On the worker: take the agent's queues away and end the connection; {@code reason} is one
     * line.
     */
    void fault(String reason);

    /** Whether all the guest's memory is still there. */
    boolean memoryIntact();

    /**
     * On the worker: the engine or the device failed by itself. Unless there is a way back, that is
     * the port's fault like a guest's.
     *
     * @param what failed
     */
    default void failed(String what, Throwable failure) {
      LOG.error("{}: {} failed", name(), what, failure);
      fault("internal error: " + failure);
    }
  }

  /** Turns, each the same object at all times: their compiled code knows many agents. */
  private static final ToIntFunction<Agent> POLL = Agent::poll;

  private static final ToIntFunction<Agent> ARM = Worker::arm;
  private static final ToIntFunction<Agent> DISARM = Worker::disarm;

  private record Entry(Agent agent, Owner owner) {}

  /** All that a worker does with an agent; returns what was moved and is left. */
  static int turn(Agent agent) {
    return POLL.applyAsInt(agent) + ARM.applyAsInt(agent) + DISARM.applyAsInt(agent);
  }

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

  private Entry[] entries = {};

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
  void add(Agent agent, Owner owner) {
    call(() -> {
      agent.joined();
      entries = Arrays.copyOf(entries, entries.length + 1);
      entries[entries.length - 1] = new Entry(agent, owner);
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
      entries =
          Arrays.stream(entries).filter(each -> !each.agent().equals(agent)).toArray(Entry[]::new);
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
      // Agents may have work now, or more to be watched; else the worker sleeps on.
      if (!stopping && !paused && arm() > 0) {
        rooms.os().signal(wake);
      }
      turn.unlock();
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
      case InternalError ignored -> new QueueException("guest memory was truncated while in use");
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
        disarm();
      }
      int moved = 0;
      for (Entry entry : entries) {
        moved += guarded(entry, POLL);
      }
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
    disarm();
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

  /** Lets an agent have its turn; when it fails, the guilty port answers for it. */
  private int guarded(Entry entry, ToIntFunction<Agent> turn) {
    try {
      return turn.applyAsInt(entry.agent());
    } catch (QueueFault fault) {
      owners(fault.port()).forEach(owner -> owner.fault(fault.getMessage()));
    } catch (QueueException fault) {
      entry.owner().fault(fault.getMessage());
    } catch (InternalError fault) {
      truncated(entry);
    } catch (EngineFault fault) {
      owners(fault.port()).forEach(owner -> owner.failed("the engine", fault.getCause()));
    } catch (RuntimeException | Error fault) {
      // An agent that left in this very turn is nobody's any more.
      if (Arrays.asList(entries).contains(entry)) {
        entry.owner().failed("the device", fault);
      }
    }
    return 1;
  }

  private List<Owner> owners(String port) {
    return Arrays.stream(entries)
        .map(Entry::owner)
        .filter(owner -> owner.name().equals(port))
        .toList();
  }

  /**
   * A memory access failed, somewhere in the turn: the ports whose memory is gone answer for it.
   */
  private void truncated(Entry polled) {
    boolean found = false;
    for (Entry entry : entries) {
      if (!entry.owner().memoryIntact()) {
        found = true;
        entry.owner().fault("guest memory was truncated while in use");
      }
    }
    if (!found) {
      polled.owner().fault("a memory access failed");
    }
  }

  private void sleep() {
    try {
      if (arm() == 0 && tasks.isEmpty()) {
        await();
      }
    } catch (IOException failure) {
      LOG.error("{}: cannot wait: {}", name, failure.getMessage());
    }
    if (!paused) {
      disarm();
    }
  }

  private void disarm() {
    for (Entry entry : entries) {
      guarded(entry, DISARM);
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

  /** Returns how many agents have work already. */
  private int arm() {
    int work = 0;
    for (Entry entry : entries) {
      work += guarded(entry, ARM);
    }
    return work;
  }

  private static int arm(Agent agent) {
    return agent.arm() ? 1 : 0;
  }

  private static int disarm(Agent agent) {
    agent.disarm();
    return 0;
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
