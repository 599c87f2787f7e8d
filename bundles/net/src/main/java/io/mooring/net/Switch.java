package io.mooring.net;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A learning Ethernet switch. One worker calls it; ports join and leave on that worker. */
final class Switch {

  /** The most ports, uplinks included. */
  static final int MAX_PORTS = MacTable.PORTS;

  private static final int FLOOD = -1;
  private static final int DROP = -2;
  private static final int NOT_YET = -3;

  private final String name;
  private final LongSupplier nanos;
  private final SwitchPort[] ports = new SwitchPort[MAX_PORTS];
  private final SoftwareOffload offload = new SoftwareOffload();
  private final MacTable table = new MacTable();
  private final Continuity continuity;

  /** Every port's number is below. */
  private int end;

  /** What {@link #target} last found in this burst. */
  private int lastTarget = NOT_YET;

  /** The numbers of the ports that are up. */
  private int[] up = {};

  /**
   * @param nanos tells the time, as {@link System#nanoTime} does
   */
  Switch(String name, LongSupplier nanos) {
    this(name, nanos, Optional.empty());
  }

  /**
   * The same.
   *
   * @param notes the directory in which it notes what it delivers
   */
  Switch(String name, LongSupplier nanos, Optional<Path> notes) {
    this.name = name;
    this.nanos = nanos;
    continuity = new Continuity(name, notes.map(in -> new NoteFile(in, name)), nanos);
  }

  /** The group of every agent that touches this switch. */
  String group() {
    return "switch " + name;
  }

  /** What lets it go on after a crash. */
  Continuity continuity() {
    return continuity;
  }

  /** Scratch for frames whose receiver did not take an offload. */
  SoftwareOffload offload() {
    return offload;
  }

  /**
   * Adds a port and returns its number.
   *
   * @throws IllegalArgumentException when the switch is full
   */
  int join(SwitchPort port) {
    for (int i = 0; i < MAX_PORTS; i++) {
      if (ports[i] == null) {
        ports[i] = port;
        end = Math.max(end, i + 1);
        changed();
        return i;
      }
    }
    throw new IllegalArgumentException("switch %s has %d ports already".formatted(name, MAX_PORTS));
  }

  /** Removes a port and forgets what was learned there. */
  void leave(int number) {
    ports[number] = null;
    table.forget(number);
    changed();
  }

  /** Forgets what was learned at a port: its guest has gone, and nobody waits for it any more. */
  void forget(int number) {
    table.forget(number);
    if (ports[number] != null) {
      endWait(ports[number].patience());
    }
  }

  private void endWait(Patience patience) {
    if (patience.waiting()) {
      patience.satisfied(nanos.getAsLong());
    }
  }

  /** What was learned at a port: addresses, and the seconds since each was last seen. */
  Map<Long, Integer> learned(int number) {
    return table.learned(number, seconds());
  }

  /** Knows from now on what another switch has learned at a port. */
  void learn(int number, Map<Long, Integer> learned) {
    learned.forEach((address, age) -> table.learn(address, number, seconds() - age));
  }

  private int seconds() {
    return (int) (nanos.getAsLong() / 1_000_000_000L);
  }

  /** A port went up or down. */
  void changed() {
    int[] found = new int[end];
    int count = 0;
    for (int i = 0; i < end; i++) {
      if (ports[i] != null && ports[i].up()) {
        found[count++] = i;
      }
    }
    up = Arrays.copyOf(found, count);
  }

  /**
   * Forwards a burst: learns, finds receivers, delivers each run of frames with one receiver
   * together.
   *
   * @param first the first frame to forward
   * @param from the sender's port number
   * @param pair the sender's queue pair
   * @param counters the sender's
   * @return the first frame that is not done with, the count when all are; it waits for its
   *     receiver's buffers and is to be offered again with what follows it
   */
  int forward(Frames frames, int first, int from, int pair, Counters counters) {
    int now = seconds();
    int only = onlyOther(from);
    lastTarget = NOT_YET;
    int start = first;
    int target = target(frames, start, from, only, now);
    while (start < frames.count) {
      int next = start + 1;
      int nextTarget = DROP;
      while (next < frames.count
          && (nextTarget = target(frames, next, from, only, now)) == target) {
        next++;
      }
      int done = deliver(frames, start, next, target, from, pair, counters);
      if (done < next) {
        return done;
      }
      start = next;
      target = nextTarget;
    }
    return start;
  }

  private int target(Frames frames, int i, int from, int only, int now) {
    if (frames.length[i] == 0) {
      return DROP;
    }
    long source = frames.source[i];
    long destination = frames.destination[i];
    if (lastTarget != NOT_YET
        && frames.length[i - 1] != 0
        && source == frames.source[i - 1]
        && destination == frames.destination[i - 1]) {
      return lastTarget;
    }
    if (!group(source)) {
      table.learn(source, from, now);
    }
    int found = group(destination) ? MacTable.NOT_KNOWN : table.find(destination, now);
    if (found == MacTable.NOT_KNOWN) {
      found = only;
    } else if (found == from || ports[found] == null) {
      found = DROP;
    }
    lastTarget = found;
    return found;
  }

  /**
   * The only other port that is up, {@link #FLOOD} when there are more, {@link #DROP} when there is
   * none.
   */
  private int onlyOther(int from) {
    return switch (up.length) {
      case 0 -> DROP;
      case 1 -> up[0] == from ? DROP : up[0];
      case 2 -> up[0] == from ? up[1] : up[1] == from ? up[0] : FLOOD;
      default -> FLOOD;
    };
  }

  /** The individual/group bit is the lowest of the first byte. */
  private static boolean group(long mac) {
    return (mac & 1) != 0;
  }

  /** Returns the first frame that is not done with; {@code to} when all are. */
  private int deliver(
      Frames frames, int start, int to, int target, int from, int pair, Counters counters) {
    if (target == DROP) {
      counters.undeliverable(frames, start, to);
      return to;
    }
    if (target == FLOOD) {
      flood(frames, start, to, from, pair);
      return to;
    }
    SwitchPort port = ports[target];
    if (!port.up()) {
      port.dropped(to - start);
      return to;
    }
    int done = start + port.deliver(frames, start, to, pair);
    Patience patience = port.patience();
    if (done == to) {
      endWait(patience);
      return to;
    }
    if (patience.hold(nanos.getAsLong())) {
      return done;
    }
    port.dropped(to - done);
    return to;
  }

  private void flood(Frames frames, int start, int to, int from, int pair) {
    int highest = up.length - 1;
    // Who floods may be the only one there.
    int last = up[highest] == from && highest > 0 ? up[highest - 1] : up[highest];
    try {
      for (int each : up) {
        if (each != from) {
          SwitchPort port = ports[each];
          continuity.note().shared(each != last);
          port.dropped(to - start - port.deliver(frames, start, to, pair));
        }
      }
    } finally {
      // A ring of those that are broken ends what is sent, and not what the note says of others.
      continuity.note().shared(false);
    }
  }
}
