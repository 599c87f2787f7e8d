package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Eventfds. Signal and drain are on the way of every burst: one system call each, nothing
 * allocated. They are not bound as critical: an eventfd that a peer made block would then hold up
 * the whole virtual machine at its next safepoint.
 */
final class Eventfd {

  private static final MethodHandle EVENTFD =
      SystemCall.failing("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle WRITE =
      SystemCall.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle PREADV2 =
      SystemCall.function(
          "preadv2",
          FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));

  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int RWF_NOWAIT = 8;
  private static final long CURRENT_POSITION = -1;
  private static final long COUNT_BYTES = Long.BYTES;

  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);
  // Threads may read into it at once: nobody looks at the count.
  private static final MemorySegment COUNT = Arena.global().allocate(JAVA_LONG);
  private static final MemorySegment COUNT_VECTOR =
      Arena.global().allocateFrom(JAVA_LONG, COUNT.address(), COUNT_BYTES);

  private Eventfd() {}

  static int open() throws IOException {
    return (int)
        SystemCall.check(
            "make an eventfd",
            state -> (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK | EFD_CLOEXEC));
  }

  /** Waits while the counter is full, where a peer made the eventfd a blocking one. */
  static boolean signal(int eventfd) {
    try {
      return (long) WRITE.invokeExact(eventfd, ONE, COUNT_BYTES) == COUNT_BYTES;
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  // preadv2 with RWF_NOWAIT: a read would wait for ever where the peer's eventfd is a blocking one.
  static boolean drain(int eventfd) {
    try {
      return (long) PREADV2.invokeExact(eventfd, COUNT_VECTOR, 1, CURRENT_POSITION, RWF_NOWAIT)
          == COUNT_BYTES;
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }
}
