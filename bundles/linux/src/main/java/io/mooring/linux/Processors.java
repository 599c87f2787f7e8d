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
import java.util.BitSet;

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

  private Processors() {}

  /**
   * The process's processors are its first thread's: nobody pins that one, while the thread that
   * asks may be pinned already.
   */
  static int[] available() throws IOException {
    int process = (int) ProcessHandle.current().pid();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      SystemCall.check(
          "ask for the processors of process " + process,
          state -> (int) GET.invokeExact(state, process, (long) MASK_BYTES, mask));
      return BitSet.valueOf(mask.toArray(JAVA_BYTE)).stream().toArray();
    }
  }

  static void pin(int processor) throws IOException {
    if (processor < 0 || processor >= MASK_BYTES * Byte.SIZE) {
      throw new IOException(
          "pin a thread to processor %d: allowed are 0 to %d"
              .formatted(processor, MASK_BYTES * Byte.SIZE - 1));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      mask.set(JAVA_BYTE, processor / Byte.SIZE, (byte) (1 << processor % Byte.SIZE));
      SystemCall.check(
          "pin a thread to processor " + processor,
          state -> (int) SET.invokeExact(state, CURRENT_THREAD, (long) MASK_BYTES, mask));
    }
  }
}
