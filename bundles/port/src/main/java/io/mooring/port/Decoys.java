package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.time.Duration;
import java.util.List;

/**
 * Shows the places where this bundle calls an engine or a device more than one class of either,
 * before there is traffic. A compiler that has seen two classes more there than it keeps count of
 * compiles a plain call: no class of a replaceable bundle is compiled in, one that comes later
 * makes nothing void, and one that goes is held by nothing.
 */
final class Decoys {

  private static final int ROUNDS = 24;
  private static final int CALLS = 100;
  private static final Duration AFTER_START = Duration.ofMillis(150);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private Decoys() {}

  /** A queue that is none. */
  static Virtqueue queue() {
    return new FirstQueue();
  }

  /** Does it, when the start is about to be over; takes a fifth of a second. */
  static void show() throws InterruptedException {
    Thread.sleep(AFTER_START);
    // In several rounds, because calls are only counted once the caller is worth it.
    for (int round = 0; round < ROUNDS; round++) {
      showAll();
      Thread.sleep(PAUSE);
    }
  }

  private static void showAll() {
    var setup = new QueueSetup(0, 1, 0, 0, 0, 0, 0, -1);
    var chains = new Chains(1);
    for (Virtqueue each : List.of(new FirstQueue(), new SecondQueue(), new ThirdQueue())) {
      for (boolean watched : new boolean[] {false, true}) {
        var queue = EngineQueue.rehearsed(setup, each, watched);
        for (int call = 0; call < CALLS; call++) {
          queue.take(chains, 0);
          queue.publish(chains, 0);
          queue.arm();
          queue.disarm();
          queue.available();
          queue.base();
          queue.memory(MemoryTable.EMPTY);
        }
      }
    }
    for (Agent each : List.of(new FirstAgent(), new SecondAgent(), new ThirdAgent())) {
      for (int call = 0; call < CALLS; call++) {
        Agents.turn(each);
      }
    }
  }

  private interface Empty extends Virtqueue {

    @Override
    default int index() {
      return 0;
    }

    @Override
    default int size() {
      return 0;
    }

    @Override
    default int take(Chains chains, int limit) {
      return 0;
    }

    @Override
    default void publish(Chains chains, int count) {}

    @Override
    default boolean available() {
      return false;
    }

    @Override
    default boolean arm() {
      return false;
    }

    @Override
    default void disarm() {}

    @Override
    default int base() {
      return 0;
    }

    @Override
    default void call(int eventfd) {}

    @Override
    default void memory(MemoryTable table) {}
  }

  private record FirstQueue() implements Empty {}

  private record SecondQueue() implements Empty {}

  private record ThirdQueue() implements Empty {}

  private interface Idle extends Agent {

    @Override
    default String group() {
      return "";
    }

    @Override
    default int poll() {
      return 0;
    }

    @Override
    default boolean arm() {
      return false;
    }

    @Override
    default void disarm() {}
  }

  private record FirstAgent() implements Idle {}

  private record SecondAgent() implements Idle {}

  private record ThirdAgent() implements Idle {}
}
