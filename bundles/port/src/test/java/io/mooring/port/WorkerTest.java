package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtqueue.QueueException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread polls everybody, and sleeps when there is nothing to do. */
@Timeout(30)
class WorkerTest extends WorkerStage {

  WorkerTest() throws IOException {}

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void awaitTask() {
    worker.call(() -> null);
  }

  /** The thread on which a worker polls. */
  private Thread thread(Worker polling) {
    var thread = new CompletableFuture<Thread>();
    var asking = new FakeAgent();
    asking.work =
        () -> {
          thread.complete(Thread.currentThread());
          return 1;
        };
    polling.add(asking, owner);
    try {
      return thread.join();
    } finally {
      polling.remove(asking);
    }
  }

  @Test
  void anAgentIsPolledFromTheTimeItIsAddedUntilItIsRemoved() {
    agent.work = () -> 1;
    poll(agent);
    assertTrue(agent.joined);
    assertPolledOn(agent);
    worker.remove(agent);
    assertTrue(agent.left);
    long polls = agent.polls.get();
    awaitTask();
    assertEquals(polls, agent.polls.get());
  }

  @Test
  void tasksRunBetweenTwoTurns() throws InterruptedException {
    var polling = new AtomicBoolean();
    var overlaps = new AtomicInteger();
    agent.work =
        () -> {
          polling.set(true);
          Thread.onSpinWait();
          polling.set(false);
          return 1;
        };
    poll(agent);
    Thread[] callers = new Thread[4];
    for (int i = 0; i < callers.length; i++) {
      callers[i] =
          Thread.ofPlatform()
              .start(() -> {
                for (int call = 0; call < 500; call++) {
                  overlaps.addAndGet(worker.call(() -> polling.get() ? 1 : 0));
                }
              });
    }
    for (Thread each : callers) {
      each.join();
    }
    assertEquals(0, overlaps.get());
  }

  @Test
  void aTaskOfTheWorkerItselfRunsAtOnce() {
    assertEquals(7, worker.call(() -> worker.call(() -> 7)));
  }

  @Test
  void whatATaskThrowsIsThrownToItsCallerAndTheWorkerLivesOn() {
    var refused = new QueueException("queue 3: no");
    assertSame(
        refused,
        assertThrows(
            QueueException.class,
            () ->
                worker.call(() -> {
                  throw refused;
                })));
    assertEquals(
        "checked",
        assertThrows(
                IllegalStateException.class,
                () ->
                    worker.call(() -> {
                      throw new IOException("checked");
                    }))
            .getMessage());
    assertEquals(1, worker.call(() -> 1));
  }

  /** A bundle that was replaced may lack a class all of a sudden. */
  @Test
  void anErrorInATaskIsThrownToItsCallerAndTheWorkerLivesOn() {
    assertThrows(
        IllegalStateException.class,
        () ->
            worker.call(() -> {
              throw new NoClassDefFoundError("io/mooring/net/Frames");
            }));
    assertEquals(1, worker.call(() -> 1));
  }

  @Test
  void truncatedMemoryInATaskIsTheQueuesFault() {
    QueueException fault =
        assertThrows(
            QueueException.class,
            () ->
                worker.call(() -> {
                  throw new InternalError("a fault occurred in an unsafe memory access");
                }));
    assertEquals(Agents.MEMORY_GONE, fault.getMessage());
  }

  @Test
  void anIdleWorkerSleepsUntilAKick() throws Exception {
    int kick = os.eventfd();
    worker.watch(kick);
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    long asleep = agent.polls.get();
    TimeUnit.MILLISECONDS.sleep(200);
    assertEquals(asleep, agent.polls.get(), "polls while asleep");
    long disarms = agent.disarms.get();
    os.signal(kick);
    Eventually.holds("the kick wakes the worker", () -> agent.polls.get() > asleep);
    Eventually.holds("no kicks are wanted while awake", () -> agent.disarms.get() > disarms);
    worker.unwatch(kick);
    os.close(kick);
  }

  @Test
  void aKickThatIsNotWatchedAnyMoreWakesNobody() throws Exception {
    int kick = os.eventfd();
    worker.watch(kick);
    worker.unwatch(kick);
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    long asleep = agent.polls.get();
    os.signal(kick);
    TimeUnit.MILLISECONDS.sleep(100);
    assertEquals(asleep, agent.polls.get());
    os.close(kick);
  }

  @Test
  void aTaskWakesASleepingWorkerAtOnce() throws InterruptedException {
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    long from = System.nanoTime();
    awaitTask();
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
    assertTrue(took < 500, "the task waited for " + took + " ms");
  }

  @Test
  void whoFindsWorkWhileArmingIsPolledAndNotSleptOver() {
    agent.workWhenArmed = true;
    poll(agent);
    Eventually.holds("the agent is polled again and again", () -> agent.arms.get() > 20);
  }

  @Test
  void anAgentsOwnDescriptorWakesTheWorker() throws Exception {
    int wake = os.eventfd();
    agent.wakeDescriptor = wake;
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    long asleep = agent.polls.get();
    os.signal(wake);
    Eventually.holds("the descriptor wakes the worker", () -> agent.polls.get() > asleep);
    worker.remove(agent);
    os.close(wake);
  }

  @Test
  void aWorkerThatPollsAsksForNoKicksOnWhatATaskBrings() {
    agent.work = () -> 1;
    poll(agent);
    assertPolledOn(agent);
    Thread last = thread(worker);
    long disarms = agent.disarms.get();
    assertSame(last, worker.call(Thread::currentThread));
    Eventually.holds("it asks for none", () -> agent.disarms.get() > disarms);
  }

  @Test
  void aPausedWorkerGivesNoTurnsAndItsTasksAreRunByWhoeverComes() {
    agent.work = () -> 1;
    poll(agent);
    assertPolledOn(agent);
    worker.pause();
    long polls = agent.polls.get();
    assertEquals(5, worker.call(() -> worker.call(() -> 5)), "a task in a task, too");
    assertEquals(polls, agent.polls.get());
    worker.goOn();
    assertPolledOn(agent);
  }

  @Test
  void whatAPausedWorkersAgentsAskedForStaysAskedForWhoeverWakesIt() throws IOException {
    int kick = os.eventfd();
    agent.wakeDescriptor = kick;
    Thread thread = thread(worker);
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.armed);
    worker.pause();
    long disarms = agent.disarms.get();
    os.signal(kick);
    Eventually.holds("it stands still", () -> thread.getState() == Thread.State.WAITING);
    assertEquals(disarms, agent.disarms.get(), "kicks are asked for on rings of somebody else");
    worker.goOn();
    Eventually.holds("it asks for none while it polls", () -> agent.disarms.get() > disarms);
    worker.remove(agent);
    os.close(kick);
  }

  @Test
  void aPinnedWorkerRunsItsTasksItself() throws Exception {
    int[] processors = os.processors();
    int last = processors[processors.length - 1];
    var pinned = new Worker("worker-pinned", last, SPIN, rooms);
    Thread thread = thread(pinned);
    pinned.add(agent, owner);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    assertSame(thread, pinned.call(Thread::currentThread));
    pinned.remove(agent);
    pinned.close();
  }

  @Test
  void aTaskOfWhoFindsTheWorkerAsleepIsRunAtOnceAndWakesItOnlyForWork() throws Exception {
    poll(agent);
    Eventually.holds("the worker asks for kicks", () -> agent.arms.get() > 0);
    TimeUnit.MILLISECONDS.sleep(50);
    long polls = agent.polls.get();
    var thread = new AtomicReference<Thread>();
    worker.call(() -> {
      thread.set(Thread.currentThread());
      return null;
    });
    assertSame(Thread.currentThread(), thread.get());
    TimeUnit.MILLISECONDS.sleep(100);
    assertEquals(polls, agent.polls.get(), "polls of an agent that has no work");
    agent.workWhenArmed = true;
    awaitTask();
    Eventually.holds("the agent is polled again", () -> agent.polls.get() > polls);
  }

  @Test
  void aClosedWorkersThreadHasEnded() throws IOException {
    var second = new Worker("worker-closing", -1, SPIN, rooms);
    Thread thread = thread(second);
    assertEquals("worker-closing", thread.getName());
    second.close();
    assertFalse(thread.isAlive());
    assertEquals(5, second.call(() -> 5), "tasks after the end run on their caller");
  }

  @Test
  void aWorkerRunsOnItsProcessor() throws IOException {
    int[] processors = os.processors();
    int last = processors[processors.length - 1];
    var pinned = new Worker("worker-pinned", last, SPIN, rooms);
    var status = new CompletableFuture<String>();
    agent.work =
        () -> {
          status.complete(read(Path.of("/proc/thread-self/status")));
          return 1;
        };
    pinned.add(agent, owner);
    status.join();
    pinned.remove(agent);
    pinned.close();
    assertTrue(status.join().contains("Cpus_allowed_list:\t" + last + "\n"), status.join());
  }

  @Test
  void aProcessorThatIsNotThereIsToldAndDoneWithout() throws IOException {
    var unpinned = new Worker("worker-unpinned", 4095, SPIN, rooms);
    assertEquals(1, unpinned.call(() -> 1));
    unpinned.close();
  }
}
