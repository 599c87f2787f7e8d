package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.device.QueueFault;
import io.mooring.api.virtqueue.QueueException;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The agents of one worker. Each has its turn, and when one fails, the guilty port answers for it
 * and the others go on. On the worker only.
 */
final class Agents {

  /** Turns, each the same object at all times: their compiled code knows many agents. */
  private static final ToIntFunction<Agent> POLL = Agent::poll;

  private static final ToIntFunction<Agent> ARM = Agents::arm;
  private static final ToIntFunction<Agent> DISARM = Agents::disarm;

  private record Entry(Agent agent, AgentOwner owner) {

    /** Whatever a vendor's own {@code equals} says, which may be of two devices that they are. */
    @SuppressWarnings("ReferenceEquality")
    boolean is(Agent other) {
      return agent == other;
    }
  }

  private Entry[] entries = {};

  /** All that a worker does with an agent; returns what was moved and is left. */
  static int turn(Agent agent) {
    return POLL.applyAsInt(agent) + ARM.applyAsInt(agent) + DISARM.applyAsInt(agent);
  }

  void add(Agent agent, AgentOwner owner) {
    entries = Arrays.copyOf(entries, entries.length + 1);
    entries[entries.length - 1] = new Entry(agent, owner);
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

  private int each(ToIntFunction<Agent> turn) {
    int sum = 0;
    for (Entry entry : entries) {
      try {
        sum += guarded(entry, turn);
      } catch (InternalError fault) {
        // Compiled code may say so as late as when the turn has returned.
        truncated(entry);
        sum++;
      }
    }
    return sum;
  }

  private int guarded(Entry entry, ToIntFunction<Agent> turn) {
    try {
      return turn.applyAsInt(entry.agent());
    } catch (QueueFault fault) {
      owners(fault.port()).forEach(owner -> owner.fault(fault.getMessage()));
    } catch (QueueException fault) {
      entry.owner().fault(fault.getMessage());
    } catch (InternalError fault) {
      throw fault;
    } catch (EngineFault fault) {
      owners(fault.port()).forEach(owner -> owner.failed("the engine", fault.getCause()));
    } catch (RuntimeException | Error fault) {
      // An agent that left in this very turn is nobody's any more.
      if (Arrays.stream(entries).anyMatch(each -> each.is(entry.agent()))) {
        entry.owner().failed("the device", fault);
      }
    }
    return 1;
  }

  private List<AgentOwner> owners(String port) {
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
}
