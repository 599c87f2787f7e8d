package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.Agent;
import io.mooring.api.device.QueueFault;
import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.memory.FileBackedMemory;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agents of a worker: when one fails, the guilty port answers for it and the others go on. */
@Timeout(30)
class AgentsTest extends WorkerStage {

  /** Nobody sleeps. */
  AgentsTest() throws IOException {
    agent.workWhenArmed = true;
    other.workWhenArmed = true;
  }

  private static int failedAccess() {
    throw new InternalError("a fault occurred in an unsafe memory access");
  }

  @Test
  void aQueuesFaultEndsItsOwnPortOnly() {
    agent.work =
        () -> {
          throw new QueueException("queue 1: descriptor index 99");
        };
    owner.atFault = () -> agent.work = () -> 0;
    poll(other, agent);
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    worker.add(new FakeAgent(), new FakeOwner("c"));
    assertEquals(List.of("queue 1: descriptor index 99"), owner.faults);
    assertEquals(List.of(), otherOwner.faults);
    assertPolledOn(agent);
    assertPolledOn(other);
  }

  @Test
  void aFaultThatAnotherPortIsGuiltyOfEndsThatOne() {
    agent.work =
        () -> {
          throw new QueueFault("b", new QueueException("queue 0: no room"));
        };
    otherOwner.atFault = () -> agent.work = () -> 0;
    poll(agent, other);
    Eventually.holds("the fault is told", () -> !otherOwner.faults.isEmpty());
    assertEquals(List.of("queue 0: no room"), otherOwner.faults);
    assertEquals(List.of(), owner.faults);
    assertPolledOn(agent);
  }

  @Test
  void aBugInADeviceEndsItsPortAndNotTheWorker() {
    agent.work =
        () -> {
          throw new ArrayIndexOutOfBoundsException("7");
        };
    owner.atFault =
        () ->
            agent.work =
                () -> {
                  throw new StackOverflowError();
                };
    poll(agent, other);
    Eventually.holds("both faults are told", () -> owner.faults.size() > 1);
    assertTrue(owner.faults.get(0).startsWith("internal error: java.lang.ArrayIndexOut"));
    assertTrue(owner.faults.get(1).startsWith("internal error: java.lang.StackOverflow"));
    assertPolledOn(other);
  }

  @Test
  void truncatedMemoryEndsThePortsWhoseMemoryIsGone() {
    otherOwner.intact = false;
    otherOwner.atFault =
        () -> {
          otherOwner.intact = true;
          agent.work = () -> 0;
        };
    agent.work = AgentsTest::failedAccess;
    poll(other, agent);
    Eventually.holds("the fault is told", () -> !otherOwner.faults.isEmpty());
    assertEquals(List.of(Agents.MEMORY_GONE), otherOwner.faults);
    assertEquals(List.of(), owner.faults);
  }

  @Test
  void anAccessThatFailsWhileAllMemoryIsThereEndsThePolledPort() {
    agent.work = AgentsTest::failedAccess;
    owner.atFault = () -> agent.work = () -> 0;
    poll(agent, other);
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    assertEquals(List.of("a memory access failed"), owner.faults);
    assertEquals(List.of(), otherOwner.faults);
  }

  @Test
  void anAccessThatFailsWhileAllMemoryIsThereIsTriedAgain() {
    agent.work =
        () -> {
          agent.work = () -> 0;
          return failedAccess();
        };
    poll(agent, other);
    assertPolledOn(agent);
    assertEquals(List.of(), owner.faults);
    assertEquals(List.of(), otherOwner.faults);
  }

  @Test
  void holesInAFullFileSystemExplainWhatATruncatedFileDoesNot() {
    otherOwner.touchable = false;
    AtomicInteger failures = new AtomicInteger();
    agent.work =
        () -> {
          failures.incrementAndGet();
          return failedAccess();
        };
    otherOwner.atFault = () -> agent.work = () -> 0;
    poll(other, agent);
    assertPolledOn(agent);
    Eventually.holds("the fault is told", () -> !otherOwner.faults.isEmpty());
    assertEquals(List.of(Agents.MEMORY_FULL), otherOwner.faults);
    assertEquals(List.of(), owner.faults);
    assertEquals(8, failures.get(), "turns that were given again");
  }

  @Test
  void whereAFileWasTruncatedHolesAreNobodysFault() {
    otherOwner.touchable = false;
    owner.intact = false;
    owner.atFault =
        () -> {
          owner.intact = true;
          agent.work = () -> 0;
        };
    agent.work = AgentsTest::failedAccess;
    poll(other, agent);
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    assertEquals(List.of(Agents.MEMORY_GONE), owner.faults);
    assertEquals(List.of(), otherOwner.faults);
  }

  @Test
  void aPortThatCannotEvenEndInOrderHasNoTurnAnyMore() {
    owner.atFault =
        () -> {
          throw new IllegalStateException("cannot detach");
        };
    poll(agent, other);
    agent.work =
        () -> {
          throw new QueueException("queue 1: descriptor index 99");
        };
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    assertPolledOn(other);
    long polls = agent.polls.get();
    assertPolledOn(other);
    assertEquals(polls, agent.polls.get());
  }

  @Test
  void aPortThatCannotGoBackToTheEngineBeforeEnds() {
    owner.atFailure =
        () -> {
          throw new QueueException("queue 1: version 7 of its inflight region");
        };
    poll(agent, other);
    agent.work =
        () -> {
          agent.work = () -> 0;
          throw new ArrayIndexOutOfBoundsException("7");
        };
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    assertTrue(owner.faults.getFirst().contains("version 7 of its inflight region"));
    assertPolledOn(other);
  }

  @Test
  void workThatMeetsABrokenNeighbourEndsTheNeighbour() {
    poll(agent, other);
    worker.inTurn(
        agent,
        () -> {
          throw new QueueFault("b", new QueueException("queue 0: no room"));
        });
    assertEquals(List.of("queue 0: no room"), otherOwner.faults);
    assertEquals(List.of(), owner.faults);
  }

  /** Reads memory, and nothing after it. */
  private record Reader(long address) implements Agent {

    @Override
    public String group() {
      return "readers";
    }

    @Override
    public int poll() {
      return HostMemory.getByte(address);
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}
  }

  @Test
  void memoryThatIsFoundTruncatedAsATurnEndsIsThatTurnsFault() throws IOException {
    GuestMemory memory = new FileBackedMemory(os);
    int file = os.memfd("mooring-guest", 4096);
    MappedRegion guest = memory.map(new Region(0, 4096, 0, 0), file);
    var agents = new Agents();
    agents.add(new Reader(guest.hostAddress()), owner);
    owner.intact = false;
    // Compiled code says so later than it happens.
    for (int i = 0; i < 500_000; i++) {
      agents.poll();
    }
    try (var stream = new FileOutputStream("/proc/self/fd/" + file, true)) {
      stream.getChannel().truncate(0);
    }
    agents.poll();
    assertEquals(List.of(Agents.MEMORY_GONE), owner.faults);
    memory.unmap(guest);
    os.close(file);
  }

  @Test
  void aFaultWhileArmingEndsItsOwnPortAndNotTheWorker() {
    agent.atArm =
        () -> {
          throw new QueueException("queue 1: available index is 300 ahead");
        };
    owner.atFault = () -> agent.atArm = () -> {};
    poll(agent, other);
    Eventually.holds("the fault is told", () -> !owner.faults.isEmpty());
    assertEquals(List.of("queue 1: available index is 300 ahead"), owner.faults);
    Eventually.holds("the worker goes on", () -> other.arms.get() > 1);
  }

  /** As a record is, equal to all that have as many frames. */
  private record Vendors(int frames) implements Agent {

    @Override
    public String group() {
      return "vendors";
    }

    @Override
    public int poll() {
      return frames;
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}
  }

  @Test
  void ofTwoThatSayTheyAreEqualOneLeaves() {
    var agents = new Agents();
    Agent stays = new Vendors(3);
    Agent leaves = new Vendors(3);
    agents.add(stays, new FakeOwner("a"));
    agents.add(leaves, new FakeOwner("a"));
    agents.remove(leaves);
    assertEquals(3, agents.poll());
    agents.remove(stays);
    assertEquals(0, agents.poll());
  }
}
