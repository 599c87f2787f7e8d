package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** A device goes on with its queue although the engine behind it fails in the middle of a burst. */
class EngineQueueTest {

  private static final QueueSetup SETUP = new QueueSetup(1, 256, 0, 0, 0, 0, 0, -1);

  /** What the driver has got back, in order: the same for every engine. */
  private final List<Integer> ring = new ArrayList<>();

  /** A queue of numbers that fails as it is told. */
  private final class Numbers implements Virtqueue {

    private final IntPredicate fails;
    private final RuntimeException failure;
    private final boolean afterwards;
    private int position;
    private int call;

    Numbers(int position, IntPredicate fails, RuntimeException failure, boolean afterwards) {
      this.position = position;
      this.fails = fails;
      this.failure = failure;
      this.afterwards = afterwards;
    }

    private void countCall() {
      if (fails.test(call++)) {
        throw failure;
      }
    }

    @Override
    public int index() {
      return 1;
    }

    @Override
    public int size() {
      return 256;
    }

    @Override
    public int take(Chains chains, int limit) {
      countCall();
      chains.count = limit;
      for (int i = 0; i < limit; i++) {
        chains.head[i] = position + i;
        chains.slots[i] = 1;
      }
      return limit;
    }

    @Override
    public void publish(Chains chains, int count) {
      if (!afterwards) {
        countCall();
      }
      for (int i = 0; i < count; i++) {
        ring.add(1000 * chains.written[i] + chains.head[i]);
      }
      position += count;
      if (afterwards) {
        countCall();
      }
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public boolean arm() {
      return true;
    }

    @Override
    public void disarm() {}

    @Override
    public int base() {
      return position;
    }

    @Override
    public void call(int eventfd) {}

    @Override
    public void memory(MemoryTable table) {}
  }

  private EngineQueue queue;
  private String why = "";

  /** A queue whose engine fails at a call, with a good one to go back to. */
  private void onTrial(int failingCall, boolean afterwards) {
    var failure = new IllegalStateException("bug");
    Virtqueue bad = new Numbers(0, call -> call == failingCall, failure, afterwards);
    queue = new EngineQueue("a", SETUP, bad, this::goBack);
    queue.become(bad, 0, true);
  }

  private boolean goBack(String reason) {
    why = reason;
    int from = queue.goOn();
    queue.become(new Numbers(from, call -> false, null, false), from, false);
    return true;
  }

  private void burst(int count, int given) {
    var chains = new Chains(64);
    queue.take(chains, count);
    for (int i = 0; i < given; i++) {
      chains.written[i] = 1;
    }
    queue.publish(chains, given);
  }

  private void assertEachOnce(int count) {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expected.add(1000 + i);
    }
    assertEquals(expected, ring);
    assertEquals("queue 1: the engine throws java.lang.IllegalStateException: bug", why);
  }

  @Test
  void whenItFailsToTakeAnotherTakes() {
    onTrial(2, false);
    burst(10, 10);
    burst(10, 10);
    burst(10, 10);
    assertEachOnce(30);
  }

  @Test
  void whenItFailsToGiveABurstBackAnotherGivesItBack() {
    onTrial(3, false);
    burst(10, 10);
    burst(10, 7);
    burst(10, 10);
    assertEachOnce(27);
  }

  @Test
  void whenItFailsAfterItGaveABurstBackThatIsNotGivenBackAgain() {
    onTrial(3, true);
    burst(10, 10);
    burst(10, 10);
    burst(10, 10);
    assertEachOnce(30);
  }

  /** Another queue of the port failed while this one's chains were with the device. */
  @Test
  void whatOneEngineGaveAnotherTakesBack() {
    onTrial(-1, false);
    var chains = new Chains(64);
    queue.take(chains, 10);
    goBack("queue 1: the engine throws java.lang.IllegalStateException: bug");
    for (int i = 0; i < 10; i++) {
      chains.written[i] = 1;
    }
    queue.publish(chains, 10);
    burst(5, 5);
    assertEachOnce(15);
  }

  @Test
  void aGuestsFaultStaysTheGuests() {
    var fault = new QueueException("queue 1: descriptor index 300, the ring has 256");
    var bad = new Numbers(0, call -> true, fault, false);
    var faulty = new EngineQueue("a", SETUP, bad, reason -> true);
    assertSame(fault, assertThrows(QueueException.class, () -> faulty.take(new Chains(64), 10)));
  }

  @Test
  void withoutAWayBackTheFailureNamesThePort() {
    var bug = new IllegalStateException("bug");
    var bad = new Numbers(0, call -> true, bug, false);
    var faulty = new EngineQueue("a", SETUP, bad, reason -> false);
    EngineFault fault = assertThrows(EngineFault.class, () -> faulty.take(new Chains(64), 10));
    assertEquals("a", fault.port());
    assertEquals(Optional.of(bug), Optional.of(fault.getCause()));
  }

  @Test
  void afterItsProbationAnEngineGoesOnAndItsFailureIsThePorts() {
    var bad = new Numbers(0, call -> call == 4, new IllegalStateException("bug"), false);
    queue = new EngineQueue("a", SETUP, bad, reason -> false);
    queue.become(bad, 0, true);
    burst(10, 10);
    queue.watch(false);
    burst(10, 7);
    assertEquals(17, queue.given());
    assertEquals(1, queue.takes());
    assertThrows(EngineFault.class, () -> burst(10, 10));
    assertEquals(17, ring.size());
  }
}
