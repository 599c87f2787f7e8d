package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.mooring.linux.SystemCall.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Reads and writes that wait a bounded time, on descriptors that somebody else made and shares: he
 * may empty or fill them after they were seen ready, and make them wait for ever. So every call
 * says itself that it does not wait, where its kind of file can be told that.
 */
final class Streams {

  private static final MethodHandle POLL =
      SystemCall.failing("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  /** The same transfer of a socket, of a file of other kinds, and of what cannot be told. */
  private record Transfer(
      String what, short ready, MethodHandle socket, MethodHandle vector, MethodHandle plain) {

    static Transfer of(String what, short ready, String socket, String vector, String plain) {
      var bytes = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
      return new Transfer(
          what,
          ready,
          SystemCall.failing(socket, bytes.appendArgumentLayouts(JAVA_INT)),
          SystemCall.failing(
              vector,
              FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT)),
          SystemCall.failing(plain, bytes));
    }
  }

  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final long POLL_BYTES = 8;
  private static final long POLL_EVENTS = 4;
  private static final long POLL_RESULT = 6;

  /** No descriptor: poll ignores it. */
  private static final int NOBODY = -1;

  private static final Transfer READ = Transfer.of("read from", POLLIN, "recv", "preadv2", "read");
  private static final Transfer WRITE =
      Transfer.of("write to", POLLOUT, "send", "pwritev2", "write");

  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int RWF_NOWAIT = 8;
  private static final long CURRENT_POSITION = -1;

  /** A pipe or socket that is writable takes this much without blocking (PIPE_BUF). */
  private static final int CHUNK = 4096;

  private static final long NOT_NOW = -2;

  private Streams() {}

  static int read(int descriptor, byte[] into, int offset, int timeoutMillis) throws IOException {
    if (!await(descriptor, READ, timeoutMillis)) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(into.length - offset);
      long count = transfer(READ, descriptor, bytes);
      if (count == NOT_NOW) {
        return 0;
      }
      MemorySegment.copy(bytes, JAVA_BYTE, 0, into, offset, (int) count);
      return count == 0 ? -1 : (int) count;
    }
  }

  static boolean awaitReadable(int descriptor, int wake, int timeoutMillis) throws IOException {
    try {
      return await(descriptor, READ, wake, timeoutMillis);
    } catch (SystemCallException failure) {
      if (failure.errno() == SystemCallException.EINTR) {
        return false;
      }
      throw failure;
    }
  }

  static void write(int descriptor, byte[] bytes, int timeoutMillis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocateFrom(JAVA_BYTE, bytes);
      long late = System.nanoTime() + timeoutMillis * 1_000_000L;
      for (long done = 0; done < bytes.length; ) {
        MemorySegment rest = all.asSlice(done, Math.min(CHUNK, bytes.length - done));
        long count =
            await(descriptor, WRITE, timeoutMillis) ? transfer(WRITE, descriptor, rest) : NOT_NOW;
        if (count > 0) {
          done += count;
          late = System.nanoTime() + timeoutMillis * 1_000_000L;
        } else if (System.nanoTime() - late >= 0) {
          throw new IOException(
              "write to descriptor %d: nobody read for %d ms".formatted(descriptor, timeoutMillis));
        }
      }
    }
  }

  /** Moves bytes now or not at all. */
  private static long transfer(Transfer way, int descriptor, MemorySegment bytes)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return socket(way, descriptor, bytes, arena.allocate(SystemCall.STATE));
    }
  }

  private static long socket(Transfer way, int descriptor, MemorySegment bytes, MemorySegment state)
      throws IOException {
    long count =
        SystemCall.invoke(
            errno ->
                (long)
                    way.socket.invokeExact(
                        errno, descriptor, bytes, bytes.byteSize(), MSG_DONTWAIT | MSG_NOSIGNAL),
            state);
    return count < 0 && SystemCall.errno(state) == SystemCallException.ENOTSOCK
        ? vector(way, descriptor, bytes, state)
        : outcome(way, descriptor, count, state);
  }

  private static long vector(Transfer way, int descriptor, MemorySegment bytes, MemorySegment state)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(2L * Long.BYTES, Long.BYTES);
      one.set(ADDRESS, 0, bytes);
      one.set(JAVA_LONG, Long.BYTES, bytes.byteSize());
      long count =
          SystemCall.invoke(
              errno ->
                  (long)
                      way.vector.invokeExact(
                          errno, descriptor, one, 1, CURRENT_POSITION, RWF_NOWAIT),
              state);
      return count < 0 && SystemCall.errno(state) == SystemCallException.EOPNOTSUPP
          ? plain(way, descriptor, bytes, state)
          : outcome(way, descriptor, count, state);
    }
  }

  private static long plain(Transfer way, int descriptor, MemorySegment bytes, MemorySegment state)
      throws IOException {
    long count =
        SystemCall.invoke(
            errno -> (long) way.plain.invokeExact(errno, descriptor, bytes, bytes.byteSize()),
            state);
    return outcome(way, descriptor, count, state);
  }

  private static long outcome(Transfer way, int descriptor, long count, MemorySegment state)
      throws IOException {
    if (count >= 0) {
      return count;
    }
    int errno = SystemCall.errno(state);
    if (errno == SystemCallException.EAGAIN) {
      return NOT_NOW;
    }
    throw SystemCall.failure("%s descriptor %d".formatted(way.what, descriptor), errno);
  }

  /** Whether it became ready in time; one that failed is, so that the call itself tells how. */
  private static boolean await(int descriptor, Transfer way, int timeoutMillis) throws IOException {
    return await(descriptor, way, NOBODY, timeoutMillis);
  }

  private static boolean await(int descriptor, Transfer way, int wake, int timeoutMillis)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(2 * POLL_BYTES, Integer.BYTES);
      poll.set(JAVA_INT, 0, descriptor);
      poll.set(JAVA_SHORT, POLL_EVENTS, way.ready);
      poll.set(JAVA_INT, POLL_BYTES, wake);
      poll.set(JAVA_SHORT, POLL_BYTES + POLL_EVENTS, POLLIN);
      SystemCall.check(
          "wait for descriptor " + descriptor,
          state -> (int) POLL.invokeExact(state, poll, 2L, timeoutMillis));
      return poll.get(JAVA_SHORT, POLL_RESULT) != 0;
    }
  }
}
