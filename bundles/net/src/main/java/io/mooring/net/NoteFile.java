package io.mooring.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file of a switch's {@link DeliveryNote}: {@code switch~NAME~PROCESS}, one a process, because
 * a process may take over from one that lives. Those of processes that are no more were left by a
 * crash.
 */
final class NoteFile {

  /** A process's beginning is told as seconds of a clock that may be set meanwhile. */
  private static final int SAME_SECONDS = 2;

  /** In a container each process may have the same number, but another beginning. */
  private static final long SELF = process(ProcessHandle.current());

  private final Path directory;
  private final String prefix;

  /** A switch's file in a directory. */
  NoteFile(Path directory, String fabric) {
    this.directory = directory;
    prefix = "switch~%s~".formatted(fabric);
  }

  /** This process's file. */
  Path own() {
    return directory.resolve(prefix + Long.toHexString(SELF));
  }

  /** Makes this process's note, empty. */
  DeliveryNote open() throws IOException {
    DeliveryNote note = map(own());
    note.clear();
    note.writer(SELF);
    return note;
  }

  /**
   * Lets a note begin as the one that a killed process left, whose file goes. Where another process
   * lives, this one is to take over from it, and what others left is nobody's.
   *
   * @return whether there was one
   */
  boolean inherit(DeliveryNote note) throws IOException {
    List<Path> others = others();
    List<Path> dead = new ArrayList<>();
    List<DeliveryNote> left = new ArrayList<>();
    for (Path each : others) {
      DeliveryNote its = map(each);
      if (!alive(its.writer())) {
        dead.add(each);
        left.add(its);
      }
    }
    // One may be of a process that another took over from, or that ended before it took over.
    Optional<DeliveryNote> last =
        left.stream()
            .filter(its -> its.valid() && dead.size() == others.size())
            .max(
                Comparator.comparing(DeliveryNote::underWay)
                    .thenComparingInt(its -> (int) its.writer()));
    last.ifPresent(note::copy);
    note.writer(SELF);
    for (Path each : dead) {
      Files.deleteIfExists(each);
    }
    return last.isPresent();
  }

  /** Removes this process's file, and what others left. */
  void remove() throws IOException {
    Files.deleteIfExists(own());
    for (Path each : others()) {
      if (!alive(map(each).writer())) {
        Files.deleteIfExists(each);
      }
    }
  }

  private List<Path> others() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, prefix + "*")) {
      for (Path each : all) {
        if (!each.equals(own())) {
          files.add(each);
        }
      }
    }
    return files;
  }

  private static DeliveryNote map(Path file) throws IOException {
    var options =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel = FileChannel.open(file, options, mode)) {
      return new DeliveryNote(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, DeliveryNote.BYTES, Arena.ofAuto()));
    }
  }

  /** Its number and the second in which it began. */
  static long process(ProcessHandle handle) {
    long begin = handle.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
    return handle.pid() << 32 | (begin & 0xffff_ffffL);
  }

  private static boolean alive(long process) {
    return ProcessHandle.of(process >>> 32)
        .filter(ProcessHandle::isAlive)
        .map(NoteFile::process)
        .filter(other -> Math.abs((int) (other - process)) <= SAME_SECONDS)
        .isPresent();
  }
}
