package io.mooring.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lets a switch go on after its process was killed: as long as it has ports, a {@link
 * DeliveryNote} in a file. The file is there when the first port comes only if a process was
 * killed. The switch's worker uses it.
 */
final class Continuity {

  private static final Logger LOG = LoggerFactory.getLogger(Continuity.class);

  /** A process's beginning is told as seconds of a clock that may be set meanwhile. */
  private static final int SAME_SECONDS = 2;

  private final String fabric;
  private final Optional<Path> file;
  private final LongSupplier nanos;
  private final DeliveryNote forgotten = DeliveryNote.forgotten();
  private int members;
  private DeliveryNote note = forgotten;

  /** Null when nothing is to be settled; looked at once a turn. */
  private Aftermath aftermath;

  /**
   * @param file where the note is to be; without it a crash is not provided for
   */
  Continuity(String fabric, Optional<Path> file, LongSupplier nanos) {
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
      return;
    }
    try {
      note = map(file.get());
    } catch (IOException failure) {
      LOG.warn("switch {}: after a crash frames may arrive twice: {}", fabric, failure.toString());
      return;
    }
    if (!note.valid()) {
      note.clear();
    } else if (!alive(note.writer())) {
      aftermath = Aftermath.of(fabric, note, nanos.getAsLong());
    }
    note.writer(process(ProcessHandle.current()));
  }

  private static DeliveryNote map(Path file) throws IOException {
    var options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, options, mode)) {
      if (channel.size() != DeliveryNote.BYTES) {
        channel.truncate(0);
      }
      return new DeliveryNote(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, DeliveryNote.BYTES, Arena.ofAuto()));
    }
  }

  private void close() {
    aftermath = null;
    note = forgotten;
    try {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    } catch (IOException failure) {
      LOG.warn("switch {}: {}", fabric, failure.toString());
    }
  }

  /** Its number and the second in which it began. */
  private static long process(ProcessHandle handle) {
    long begin = handle.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    return handle.pid() << 32 | (begin & 0xffff_ffffL);
  }

  /** Whether a process lives; this one, say, when a room was replaced without going in order. */
  private static boolean alive(long process) {
    return ProcessHandle.of(process >>> 32)
        .filter(ProcessHandle::isAlive)
        .map(Continuity::process)
        .filter(other -> Math.abs((int) (other - process)) <= SAME_SECONDS)
        .isPresent();
  }
}
