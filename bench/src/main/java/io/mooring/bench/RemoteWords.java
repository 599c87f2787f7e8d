package io.mooring.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Some 16-bit words of memory that another process shares by a file, mapped here: who looks often
 * must not take the processor from whom he looks at.
 */
final class RemoteWords {

  private static final VarHandle WORD = ValueLayout.JAVA_SHORT.varHandle();

  /** What is mapped of huge pages is a multiple of one. */
  private static final long HUGE_PAGE = 2 << 20;

  private final MemorySegment[] words;

  /** A part of a process's address space, as a line of {@code /proc/PID/maps} has it. */
  record Mapping(long start, long end, long offset, long inode) {

    /** Reads {@code 7f00-7f80 rw-s 00000000 00:01 1234 /memfd:name (deleted)}. */
    static Mapping parse(String line) {
      String[] fields = line.strip().split("\\s+", -1);
      String[] range = fields[0].split("-", -1);
      return new Mapping(
          Long.parseUnsignedLong(range[0], 16),
          Long.parseUnsignedLong(range[1], 16),
          Long.parseUnsignedLong(fields[2], 16),
          Long.parseLong(fields[4]));
    }

    boolean holds(long address) {
      return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
  }

  /** The words at some addresses of a process, little-endian as this machine is. */
  RemoteWords(long pid, long... addresses) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    List<Mapping> mappings =
        Files.readAllLines(process.resolve("maps")).stream().map(Mapping::parse).toList();
    words = new MemorySegment[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      long address = addresses[i];
      Mapping found =
          mappings.stream()
              .filter(each -> each.inode != 0 && each.holds(address))
              .findFirst()
              .orElseThrow(() ->
                  new IOException(
                      "process %d has no file behind address 0x%x".formatted(pid, address)));
      words[i] = word(process.resolve("fd"), found, address);
    }
  }

  private static MemorySegment word(Path descriptors, Mapping mapping, long address)
      throws IOException {
    long at = mapping.offset + address - mapping.start;
    long from = Math.max(mapping.offset, at / HUGE_PAGE * HUGE_PAGE);
    long to = Math.min(mapping.offset + mapping.end - mapping.start, from + HUGE_PAGE);
    try (FileChannel file =
        FileChannel.open(descriptor(descriptors, mapping), StandardOpenOption.READ)) {
      return file.map(MapMode.READ_ONLY, from, to - from, Arena.ofAuto())
          .asSlice(at - from, Short.BYTES);
    }
  }

  private static Path descriptor(Path descriptors, Mapping mapping) throws IOException {
    try (Stream<Path> all = Files.list(descriptors)) {
      for (Path each : all.toList()) {
        if (Files.exists(each) && Files.getAttribute(each, "unix:ino").equals(mapping.inode)) {
          return each;
        }
      }
    }
    throw new IOException("%s: none is of file %d".formatted(descriptors, mapping.inode));
  }

  /** One of them, as it is now; 0 to 65535. */
  int at(int index) {
    return Short.toUnsignedInt((short) WORD.getVolatile(words[index], 0L));
  }
}
