package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * What a worker touches of one port: the device and the queues that run. Every method moves to the
 * worker, so that a change takes effect at a burst boundary; when it returns, the worker has it.
 */
final class DataPlane {

  private final Worker worker;
  private final AgentOwner owner;
  private final DeviceSlot slot;
  private final Map<Integer, EngineQueue> running = new TreeMap<>();

  private MemoryTable table = MemoryTable.EMPTY;

  /** Who opens the queues. */
  private volatile Optional<Provider<VirtqueueEngine>> engine;

  /** What is done when the engine or the device fails that is on probation. */
  private volatile Optional<Fallback> fallback = Optional.empty();

  /**
   * Begins to poll the device.
   *
   * @param told hears of changes of its configuration space
   */
  DataPlane(
      Device device,
      Optional<Provider<VirtqueueEngine>> engine,
      Worker worker,
      AgentOwner owner,
      Runnable told) {
    this.engine = engine;
    this.worker = worker;
    this.owner = owner;
    slot = new DeviceSlot(device, worker, owner, told, running.values());
  }

  Worker worker() {
    return worker;
  }

  /** Runs a task on the worker, in which all these methods take effect at once. */
  void run(Runnable task) {
    worker.call(() -> {
      task.run();
      return null;
    });
  }

  /** Who opens the queues; any thread. */
  Optional<Provider<VirtqueueEngine>> engine() {
    return engine;
  }

  /** Another engine opens the queues from now on, or none does; no queue runs. */
  void engine(Optional<Provider<VirtqueueEngine>> now) {
    engine = now;
  }

  /**
   * Starts a queue and gives it to the device.
   *
   * @return false when there is no engine any more
   */
  boolean start(QueueSetup setup, MemoryTable memory, long features) {
    return worker.call(() -> {
      if (engine.isEmpty()) {
        return false;
      }
      negotiate(features);
      attach(setup, memory);
      return true;
    });
  }

  private void attach(QueueSetup setup, MemoryTable memory) {
    table = memory;
    var queue = new EngineQueue(owner.name(), setup, open(setup), this::leadBack);
    queue.watch(fallback.isPresent());
    running.put(setup.index(), queue);
    slot.device().attach(queue);
  }

  /**
   * A queue goes on by another setup, in one task: no frame comes while the device is without it.
   *
   * @param from the setup from the position where the queue is
   * @return whether it runs; not when it did not run before, or there is no engine any more
   */
  boolean restart(int index, IntFunction<QueueSetup> from, MemoryTable memory) {
    return worker.call(() -> {
      EngineQueue queue = running.get(index);
      if (queue == null) {
        return false;
      }
      QueueSetup setup = from.apply(takeAway(queue));
      if (engine.isEmpty()) {
        return false;
      }
      attach(setup, memory);
      return true;
    });
  }

  private Virtqueue open(QueueSetup setup) {
    try {
      return engine.orElseThrow().service().open(setup, table);
    } catch (QueueException guests) {
      throw guests;
    } catch (RuntimeException | LinkageError failure) {
      if (!leadBack("queue %d: the engine throws %s".formatted(setup.index(), failure))) {
        throw failure;
      }
      return engine.orElseThrow().service().open(setup, table);
    }
  }

  /**
   * Another engine runs all queues from where they are, in one task: no turn comes between.
   *
   * @param from where it opens each queue
   * @return how many nanoseconds that took
   * @throws RuntimeException when the engine cannot open one of them; then all are as they were
   */
  long moveTo(Provider<VirtqueueEngine> other, ToIntFunction<EngineQueue> from) {
    return worker.call(() -> {
      long begin = System.nanoTime();
      record Opened(EngineQueue queue, Virtqueue now, int from) {}
      boolean watched = fallback.isPresent();
      List<Opened> opened = new ArrayList<>();
      for (EngineQueue queue : running.values()) {
        int at = from.applyAsInt(queue);
        opened.add(new Opened(queue, queue.reopen(other.service(), at, table), at));
      }
      opened.forEach(each -> each.queue.become(each.now, each.from, watched));
      engine = Optional.of(other);
      return System.nanoTime() - begin;
    });
  }

  /** From now on, a failure of what is on probation leads back instead of ending the connection. */
  void probation(Fallback ifItFails) {
    run(() -> {
      fallback = Optional.of(ifItFails);
      running.values().forEach(queue -> queue.watch(true));
    });
  }

  /** The probation is over: there is no way back any more. */
  void settle() {
    run(() -> {
      fallback = Optional.empty();
      running.values().forEach(queue -> queue.watch(false));
    });
  }

  /** On the worker: takes back what is on probation, if anything is, and returns whether it was. */
  boolean goBack(String why, ToIntFunction<EngineQueue> from) {
    Optional<Fallback> now = fallback;
    fallback = Optional.empty();
    now.ifPresent(each -> each.back(why, from));
    return now.isPresent();
  }

  private boolean leadBack(String why) {
    return fallback.map(Fallback::anyTime).orElse(false)
        && goBack("port %s: %s".formatted(owner.name(), why), EngineQueue::goOn);
  }

  /** On the worker: the device, and how another one takes its place. */
  DeviceSlot slot() {
    return slot;
  }

  /** On the worker: the queues that run. */
  List<EngineQueue> queues() {
    return List.copyOf(running.values());
  }

  /** On the worker: what the queues see of guest memory. */
  MemoryTable table() {
    return table;
  }

  /**
   * Takes a queue away and returns where it stopped, or {@code otherwise} when it was not running.
   */
  int stop(int index, int otherwise) {
    return worker.call(() -> {
      EngineQueue queue = running.get(index);
      return queue == null ? otherwise : takeAway(queue);
    });
  }

  /**
   * Returns where the queue stopped. Until it has told that it has its place: if an engine on
   * probation fails at it, another one is asked, which has to have the queue first.
   */
  private int takeAway(EngineQueue queue) {
    slot.device().detach(queue.index());
    try {
      return queue.base();
    } finally {
      running.remove(queue.index());
    }
  }

  /** Takes all queues away at once, because the guest broke a rule. */
  void stopAll() {
    run(() -> {
      running.keySet().forEach(slot.device()::detach);
      running.clear();
    });
  }

  boolean runs(int index) {
    return worker.call(() -> running.containsKey(index));
  }

  /** Where a queue is now, or {@code otherwise} when it is not running. */
  int base(int index, int otherwise) {
    return worker.call(() -> running.containsKey(index) ? running.get(index).base() : otherwise);
  }

  /** The running queues use another memory table from now on. */
  void memory(MemoryTable now) {
    run(() -> {
      table = now;
      running.values().forEach(queue -> queue.memory(now));
    });
  }

  /** The driver begins anew. */
  void reset(int queueNumber) {
    run(() -> {
      slot.terms().queueNumber(queueNumber);
      slot.device().reset(queueNumber);
    });
  }

  void link(boolean up) {
    run(() -> {
      slot.terms().link(up);
      slot.device().link(up);
    });
  }

  void negotiated(long features) {
    run(() -> negotiate(features));
  }

  private void negotiate(long features) {
    slot.terms().features(features);
    slot.device().negotiated(features);
  }

  void mtu(int bytes, boolean fixed) {
    run(() -> {
      slot.terms().mtu(bytes, fixed);
      slot.device().mtu(bytes, fixed);
    });
  }

  /** Another descriptor calls the driver from now on; the old one may be closed. */
  void call(int index, int eventfd) {
    run(() -> {
      if (running.containsKey(index)) {
        running.get(index).call(eventfd);
      }
    });
  }

  /** The device tells the network, that is its neighbours. */
  void announce(long mac) {
    run(() -> worker.inTurn(slot.device(), () -> slot.device().announce(mac)));
  }

  byte[] configuration(int queueNumber) {
    return worker.call(() -> slot.device().configuration(queueNumber));
  }

  /** What the device must remember when its VM moves. */
  byte[] save() {
    return worker.call(() -> slot.device().save());
  }

  /** The device takes over what another one saved. */
  void load(byte[] state) {
    run(() -> slot.device().load(state));
  }

  Map<String, Long> counters() {
    return worker.call(() -> slot.device().counters());
  }

  /** Polls the device no more. */
  void close() {
    stopAll();
    run(slot::close);
  }
}
