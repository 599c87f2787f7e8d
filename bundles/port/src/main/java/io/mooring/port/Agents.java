package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.device.QueueFault;
import io.mooring.api.virtqueue.QueueException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents of one worker. Each has its turn, and when one fails, the guilty port answers for it
 * and the others go on. On the worker only.
 */
final class Agents {

  static final String MEMORY_GONE = "guest memory was truncated while in use";
  static final String MEMORY_FULL = "guest memory has holes, and its file system is full";

  private static final Logger LOG = LoggerFactory.getLogger(Agents.class);

  /** Turns, each the same object at all times: their compiled code knows many agents. */
  private static final ToIntFunction<Agent> POLL = Agent::poll;

  private static final ToIntFunction<Agent> ARM = Agents::arm;
  private static final ToIntFunction<Agent> DISARM = Agents::disarm;

  private record Entry(Agent agent, AgentOwner owner, Failures failures) {

    /** Whatever a vendor's own {@code equals} says, which may be of two devices that they are. */
    @SuppressWarnings("ReferenceEquality")
    boolean is(Agent other) {
      return agent == other;
    }
  }

  /** An agent's memory accesses that failed and that no truncated file explains. */
  private static final class Failures {

    private static final int MOST = 8;
    private static final long TOGETHER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private int count;
    private long last;

    /** Another one; whether so many came one soon after the other. */
    boolean tooMany() {
      long now = System.nanoTime();
      count = now - last < TOGETHER_NANOS ? count + 1 : 1;
      last = now;
      return count >= MOST;
    }
  }

  private Entry[] entries = {};

  /** All that a worker does with an agent; returns what was moved and is left. */
  static int turn(Agent agent) {
    return POLL.applyAsInt(agent) + ARM.applyAsInt(agent) + DISARM.applyAsInt(agent);
  }

  void add(Agent agent, AgentOwner owner) {
    entries = Arrays.copyOf(entries, entries.length + 1);
    entries[entries.length - 1] = new Entry(agent, owner, new Failures());
  }

  void remove(Agent agent) {
    entries = Arrays.stream(entries).filter(each -> !each.is(agent)).toArray(Entry[]::new);
  }

  /** Returns what was moved. */
  int poll() {
    return each(POLL);
  }

  /** Returns how many have work already. */
  int arm() {
    return each(ARM);
  }

  void disarm() {
    each(DISARM);
  }

  private static int arm(Agent agent) {
    return agent.arm() ? 1 : 0;
  }

  private static int disarm(Agent agent) {
    agent.disarm();
    return 0;
  }

  /** Does an agent's work in a turn of its own, with nobody else's. */
  void inTurn(Agent agent, Runnable work) {
    Arrays.stream(entries)
        .filter(each -> each.is(agent))
        .forEach(each ->
            answered(
                each,
                itself -> {
                  work.run();
                  return 0;
                }));
  }

  private int each(ToIntFunction<Agent> turn) {
    int sum = 0;
    for (Entry entry : entries) {
      sum += answered(entry, turn);
    }
    return sum;
  }

  private int answered(Entry entry, ToIntFunction<Agent> turn) {
    try {
      return guarded(entry, turn);
    } catch (InternalError fault) {
      // Compiled code may say so as late as when the turn has returned.
      truncated(entry);
      return 1;
    }
  }

  private int guarded(Entry entry, ToIntFunction<Agent> turn) {
    try {
      return turn.applyAsInt(entry.agent());
    } catch (QueueFault fault) {
      owners(fault.port()).forEach(owner -> fault(owner, fault.getMessage()));
    } catch (QueueException fault) {
      fault(entry.owner(), fault.getMessage());
    } catch (InternalError fault) {
      throw fault;
    } catch (EngineFault fault) {
      owners(fault.port()).forEach(owner -> failed(owner, "the engine", fault.getCause()));
    } catch (RuntimeException | Error fault) {
      // An agent that left in this very turn is nobody's any more.
      if (Arrays.stream(entries).anyMatch(each -> each.is(entry.agent()))) {
        failed(entry.owner(), "the device", fault);
      }
    }
    return 1;
  }

  private void failed(AgentOwner owner, String what, Throwable failure) {
    try {
      owner.failed(what, failure);
    } catch (RuntimeException | Error broken) {
      LOG.error("{}: cannot mend that {} failed", owner.name(), what, broken);
      fault(owner, "internal error: " + broken);
    }
  }

  /** Whoever cannot even end in order has no turn any more. */
  private void fault(AgentOwner owner, String reason) {
    try {
      owner.fault(reason);
    } catch (RuntimeException | Error broken) {
      LOG.error("{}: cannot end in order after: {}", owner.name(), reason, broken);
      entries =
          Arrays.stream(entries)
              .filter(each -> !each.owner().name().equals(owner.name()))
              .toArray(Entry[]::new);
    }
  }

  private List<AgentOwner> owners(String port) {
    return Arrays.stream(entries)
        .map(Entry::owner)
        .filter(owner -> owner.name().equals(port))
        .toList();
  }

  /**
   * A memory access failed, somewhere in the turn: the ports whose memory is gone answer for it.
   * When there are none, it may have come back before anybody looked, and the turn is given again;
   * but not for ever.
   */
  private void truncated(Entry polled) {
    if (guilty(AgentOwner::memoryIntact, MEMORY_GONE) || !polled.failures().tooMany()) {
      return;
    }
    if (!guilty(AgentOwner::memoryTouchable, MEMORY_FULL)) {
      fault(polled.owner(), "a memory access failed");
    }
  }

  private boolean guilty(Predicate<AgentOwner> innocent, String reason) {
    List<AgentOwner> guilty =
        Arrays.stream(entries).map(Entry::owner).filter(owner -> !holds(innocent, owner)).toList();
    guilty.forEach(owner -> fault(owner, reason));
    return !guilty.isEmpty();
  }

  private static boolean holds(Predicate<AgentOwner> innocent, AgentOwner owner) {
    try {
      return innocent.test(owner);
    } catch (RuntimeException | Error broken) {
      LOG.error("{}: cannot tell of its memory", owner.name(), broken);
      return true;
    }
  }
}
