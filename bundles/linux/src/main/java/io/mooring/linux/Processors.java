package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Processor affinity. */
final class Processors {

  private static final MethodHandle GET =
      SystemCall.failing(
          "sched_getaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle SET =
      SystemCall.failing(
          "sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

  private static final int MASK_BYTES = 1024;
  private static final int CURRENT_THREAD = 0;

  /** It has the process's number. */
  private static final int FIRST_THREAD = (int) ProcessHandle.current().pid();

  private static final Path THREADS = Path.of("/proc/self/task");

  private Processors() {}

  /**
   * The process's processors are its first thread's: nobody binds that one, while the thread that
   * asks may be bound already.
   */
  static int[] available() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      SystemCall.check(
          "ask for the processors of process " + FIRST_THREAD,
          state -> (int) GET.invokeExact(state, FIRST_THREAD, (long) MASK_BYTES, mask));
      return BitSet.valueOf(mask.toArray(JAVA_BYTE)).stream().toArray();
    }
  }

  static void pin(int processor) throws IOException {
    bindCurrent(new int[] {processor});
  }

  static void bindCurrent(int[] processors) throws IOException {
    bind(CURRENT_THREAD, processors);
  }

  static void bind(String name, int[] processors) throws IOException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path each : threads) {
        int thread = Integer.parseInt(each.getFileName().toString());
        try {
          if (thread != FIRST_THREAD && Files.readString(each.resolve("comm")).startsWith(name)) {
            bind(thread, processors);
          }
        } catch (IOException failure) {
          // A thread that has ended meanwhile needs no processor any more.
          if (Files.exists(each)) {
            throw failure;
          }
        }
      }
    }
  }

  private static void bind(int thread, int[] processors) throws IOException {
    String what =
        "pin a thread to processor "
            + IntStream.of(processors).mapToObj(Integer::toString).collect(Collectors.joining(","));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      for (int each : processors) {
        if (each < 0 || each >= MASK_BYTES * Byte.SIZE) {
          throw new IOException(
              "%s: allowed are 0 to %d".formatted(what, MASK_BYTES * Byte.SIZE - 1));
        }
        int before = mask.get(JAVA_BYTE, each / Byte.SIZE);
        mask.set(JAVA_BYTE, each / Byte.SIZE, (byte) (before | 1 << each % Byte.SIZE));
      }
      SystemCall.check(
          what, state -> (int) SET.invokeExact(state, thread, (long) MASK_BYTES, mask));
    }
  }
}
