package io.mooring.net;

import io.mooring.net.DeliveryNote.Burst;
import io.mooring.net.DeliveryNote.Run;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a switch has to settle after the process before this one was killed: its senders wait for
 * the receivers that were there, and of the burst that was under way, what has arrived is not sent
 * again. One worker uses it.
 */
final class Aftermath {

  private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

  /** How long senders wait for ports that were there before. */
  static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final String fabric;
  private final DeliveryNote note;
  private final long begin;
  private final Run run;
  private final TreeSet<Integer> awaited;

  /** The burst that may have arrived; empty when that is settled. */
  private Optional<Burst> burst;

  /** Whether the run has arrived, once its receiver is back. */
  private Optional<Boolean> arrived = Optional.empty();

  private Aftermath(String fabric, DeliveryNote note, long now) {
    this.fabric = fabric;
    this.note = note;
    begin = now;
    run = note.run();
    burst = note.underWay() ? Optional.of(note.burst()) : Optional.empty();
    List<Integer> there = note.up();
    awaited = new TreeSet<>(there);
    note.keep(there);
  }

  /** Of a killed process's note. */
  static Aftermath of(String fabric, DeliveryNote note, long now) {
    var aftermath = new Aftermath(fabric, note, now);
    if (!aftermath.awaited.isEmpty()) {
      LOG.info(
          "switch {}: goes on after a crash, when {} are back or after {} s",
          fabric,
          aftermath.names(),
          TimeUnit.NANOSECONDS.toSeconds(MOST_NANOS));
    }
    return aftermath;
  }

  private List<String> names() {
    return awaited.stream().map(note::name).toList();
  }

  /** Whether senders wait. */
  boolean holds(long now) {
    if (!awaited.isEmpty() && now - begin > MOST_NANOS) {
      LOG.info("switch {}: goes on without {}", fabric, names());
      awaited.forEach(slot -> note.up(slot, false));
      awaited.clear();
    }
    return !awaited.isEmpty();
  }

  /** Whether a port is still to come back. */
  boolean awaits(int slot) {
    return awaited.contains(slot);
  }

  /** A port can get frames. */
  void back(int slot) {
    awaited.remove(slot);
  }

  /** A receive queue begins at a position. */
  void opened(int slot, int queue, int position) {
    if (arrived.isEmpty() && slot == run.slot() && queue == run.queue()) {
      arrived = Optional.of(position != run.position());
    }
  }

  /** How many frames of a queue that is at a position are not to be sent, because they arrived. */
  int arrived(int slot, int queue, int position) {
    if (burst.isEmpty() || slot != burst.get().slot() || queue != burst.get().queue()) {
      return 0;
    }
    boolean under = position == burst.get().position();
    burst = Optional.empty();
    // A receiver that is not back gets nothing twice.
    int count = !under ? 0 : arrived.orElse(false) ? run.after() : run.before();
    if (count > 0) {
      LOG.info(
          "port {}: {} frames of queue {} had arrived before the crash",
          note.name(slot),
          count,
          queue);
    }
    return count;
  }

  /** Whether there is nothing more to settle. */
  boolean settled() {
    return awaited.isEmpty() && burst.isEmpty();
  }
}
