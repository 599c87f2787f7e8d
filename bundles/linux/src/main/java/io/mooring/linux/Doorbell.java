package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * Signals eventfds that a peer shares. A write waits while the counter is full, unless the open
 * file is non-blocking, and the peer may change that at any moment. What the kernel signals itself,
 * when a request ends (io_submit(2), IOCB_FLAG_RESFD), never waits; the request is a read of
 * nothing, which ends at once. One system call, nothing allocated; any thread.
 */
final class Doorbell {

  /** The system calls that the C library has no functions for. */
  private record Numbers(long setup, long destroy, long submit, long events) {}

  private static final Map<String, Numbers> NUMBERS =
      Map.of(
          "amd64", new Numbers(206, 207, 209, 208),
          "aarch64", new Numbers(0, 1, 2, 4));

  private static final MethodHandle SETUP =
      SystemCall.failingVariadic(
          "syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS));
  private static final MethodHandle DESTROY =
      SystemCall.failingVariadic(
          "syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SUBMIT =
      SystemCall.variadic(
          "syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS));
  private static final MethodHandle EVENTS =
      SystemCall.variadic(
          "syscall",
          1,
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));

  /** Few: the system has room for some ten thousands, and the kernel rounds them up to a page. */
  private static final long REQUESTS = 32;

  private static final long EVENT_BYTES = 32;
  private static final long MOST_EVENTS = 128;

  // Threads may have their events written into it at once: nobody looks at them.
  private static final MemorySegment ENDED =
      Arena.global().allocate(MOST_EVENTS * EVENT_BYTES, Long.BYTES);
  private static final MemorySegment NO_TIME = Arena.global().allocate(2L * Long.BYTES, Long.BYTES);

  /** The address of the request, and the request itself (struct iocb of linux/aio_abi.h). */
  private static final long REQUEST = 8;

  private static final long REQUEST_BYTES = 64;
  private static final long FILE = REQUEST + 20;
  private static final long FLAGS = REQUEST + 56;
  private static final long SIGNALLED = REQUEST + 60;
  private static final int SIGNALS = 1;

  /** Not tried yet, and not to be had. */
  private static final long UNKNOWN = 0;

  private static final long NONE = -1;

  private final Numbers numbers = NUMBERS.get(System.getProperty("os.arch"));

  /** Of each thread, because a request is the kernel's only once it was submitted. */
  private final ThreadLocal<MemorySegment> requests = ThreadLocal.withInitial(Doorbell::request);

  private volatile long context = UNKNOWN;

  /** Returns whether the eventfd was signalled; false where that must be tried otherwise. */
  boolean ring(int eventfd) {
    long mine = context == UNKNOWN ? open() : context;
    if (mine == NONE) {
      return false;
    }
    MemorySegment request = requests.get();
    request.set(JAVA_INT, FILE, eventfd);
    request.set(JAVA_INT, SIGNALLED, eventfd);
    if (submit(mine, request)) {
      return true;
    }
    // Ended requests take room until somebody asks for them.
    return ended(mine) >= 0 && submit(mine, request);
  }

  private boolean submit(long mine, MemorySegment request) {
    try {
      return (long) SUBMIT.invokeExact(numbers.submit, mine, 1L, request) == 1;
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  private long ended(long mine) {
    try {
      return (long) EVENTS.invokeExact(numbers.events, mine, 0L, MOST_EVENTS, ENDED, NO_TIME);
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  /** A read of 0 bytes. */
  private static MemorySegment request() {
    MemorySegment request = Arena.ofAuto().allocate(REQUEST + REQUEST_BYTES, Long.BYTES);
    request.set(JAVA_LONG, 0, request.address() + REQUEST);
    request.set(JAVA_INT, FLAGS, SIGNALS);
    return request;
  }

  private synchronized long open() {
    if (context == UNKNOWN) {
      context = numbers == null ? NONE : make();
    }
    return context;
  }

  private long make() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment made = arena.allocate(JAVA_LONG);
      SystemCall.check(
          "make an AIO context",
          state -> (long) SETUP.invokeExact(state, numbers.setup, REQUESTS, made));
      return made.get(JAVA_LONG, 0);
    } catch (IOException refused) {
      return NONE;
    }
  }

  /** Gives everything back; from then on nothing is signalled here. */
  synchronized void close() throws IOException {
    long mine = context;
    context = NONE;
    if (mine != UNKNOWN && mine != NONE) {
      SystemCall.check(
          "end an AIO context", state -> (long) DESTROY.invokeExact(state, numbers.destroy, mine));
    }
  }
}
