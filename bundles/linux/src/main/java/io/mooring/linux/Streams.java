package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Reads and writes that wait a bounded time, on descriptors that somebody else made. */
final class Streams {

  private static final MethodHandle POLL =
      SystemCall.failing("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      SystemCall.failing("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      SystemCall.failing("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final long POLL_BYTES = 8;
  private static final long POLL_EVENTS = 4;

  /** A pipe or socket that is writable takes this much without blocking (PIPE_BUF). */
  private static final int CHUNK = 4096;

  private Streams() {}

  static int read(int descriptor, byte[] into, int offset, int timeoutMillis) throws IOException {
    if (!await(descriptor, POLLIN, timeoutMillis)) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(into.length - offset);
      int count =
          (int)
              SystemCall.check(
                  "read from descriptor " + descriptor,
                  state -> (long) READ.invokeExact(state, descriptor, bytes, bytes.byteSize()));
      MemorySegment.copy(bytes, JAVA_BYTE, 0, into, offset, count);
      return count == 0 ? -1 : count;
    }
  }

  static void write(int descriptor, byte[] bytes, int timeoutMillis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocateFrom(JAVA_BYTE, bytes);
      for (long done = 0; done < bytes.length; ) {
        if (!await(descriptor, POLLOUT, timeoutMillis)) {
          throw new IOException(
              "write to descriptor %d: nobody read for %d ms".formatted(descriptor, timeoutMillis));
        }
        MemorySegment rest = all.asSlice(done, Math.min(CHUNK, bytes.length - done));
        done +=
            SystemCall.check(
                "write to descriptor " + descriptor,
                state -> (long) WRITE.invokeExact(state, descriptor, rest, rest.byteSize()));
      }
    }
  }

  /** Whether it became ready in time; one that failed is, so that the call itself tells how. */
  private static boolean await(int descriptor, short events, int timeoutMillis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(POLL_BYTES, Integer.BYTES);
      poll.set(JAVA_INT, 0, descriptor);
      poll.set(JAVA_SHORT, POLL_EVENTS, events);
      return SystemCall.check(
              "wait for descriptor " + descriptor,
              state -> (int) POLL.invokeExact(state, poll, 1L, timeoutMillis))
          > 0;
    }
  }
}
