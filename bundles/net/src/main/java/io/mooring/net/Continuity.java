package io.mooring.net;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lets a switch go on after its process was killed: as long as it has ports, a {@link
 * DeliveryNote} in a file. The switch's worker uses it.
 */
final class Continuity {

  private static final Logger LOG = LoggerFactory.getLogger(Continuity.class);

  private final String fabric;
  private final Optional<NoteFile> file;
  private final LongSupplier nanos;
  private final DeliveryNote forgotten = DeliveryNote.forgotten();
  private int members;
  private DeliveryNote note = forgotten;

  /** Null when nothing is to be settled; looked at once a turn. */
  private Aftermath aftermath;

  /**
   * @param file where the note is to be; without it a crash is not provided for
   */
  Continuity(String fabric, Optional<NoteFile> file, LongSupplier nanos) {
    this.fabric = fabric;
    this.file = file;
    this.nanos = nanos;
  }

  /** What is just being delivered. */
  DeliveryNote note() {
    return note;
  }

  /** A port comes; returns its slot. */
  int enter(String port) {
    if (members++ == 0) {
      open();
    }
    return note.enter(port);
  }

  /** A port goes. */
  void leave(int slot) {
    note.leave(slot);
    if (--members == 0) {
      close();
    }
  }

  /** A port can get frames from now on, or cannot. */
  void up(int slot, boolean now) {
    if (aftermath != null && aftermath.awaits(slot)) {
      if (!now) {
        return;
      }
      aftermath.back(slot);
    }
    note.up(slot, now);
  }

  /** A receive queue begins at a position. */
  void opened(int slot, int queue, int position) {
    if (aftermath != null) {
      aftermath.opened(slot, queue, position);
    }
  }

  /** Whether there may be something to settle: senders are to ask. */
  boolean unsettled() {
    return aftermath != null;
  }

  /** Whether senders wait. */
  boolean holds() {
    return aftermath != null && aftermath.holds(nanos.getAsLong());
  }

  /** How many frames of a queue that is at a position are not to be sent, because they arrived. */
  int arrived(int slot, int queue, int position) {
    int count = aftermath.arrived(slot, queue, position);
    if (aftermath.settled()) {
      aftermath = null;
    }
    return count;
  }

  private void open() {
    if (file.isEmpty()) {
      note = DeliveryNote.unread();
      return;
    }
    try {
      DeliveryNote opened = file.get().open();
      boolean crashed = file.get().inherit(opened);
      note = opened;
      aftermath = crashed ? Aftermath.of(fabric, note, nanos.getAsLong()) : null;
    } catch (IOException failure) {
      LOG.warn("switch {}: after a crash frames may arrive twice: {}", fabric, failure.toString());
    }
  }

  private void close() {
    aftermath = null;
    note = forgotten;
    if (file.isEmpty()) {
      return;
    }
    try {
      file.get().remove();
    } catch (IOException failure) {
      LOG.warn("switch {}: {}", fabric, failure.toString());
    }
  }
}
