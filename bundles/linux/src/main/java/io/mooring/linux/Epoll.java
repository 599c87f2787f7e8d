package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mooring.api.os.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Edge-triggered epoll: an eventfd that is signalled wakes its waiter without ever being read. */
final class Epoll implements Poller {

  private static final Logger LOG = LoggerFactory.getLogger(Epoll.class);

  private static final MethodHandle CREATE =
      SystemCall.failing("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle CONTROL =
      SystemCall.failing(
          "epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle WAIT =
      SystemCall.failing(
          "epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN = 1;
  private static final int EPOLLET = 1 << 31;

  // struct epoll_event is packed on x86-64 only.
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final int EVENT_BYTES = PACKED ? 12 : 16;
  private static final int EVENTS = 0;
  private static final int DATA = PACKED ? 4 : 8;
  private static final int MOST_READY = 256;

  private final int descriptor;
  // Collected with the poller, so that closing it never pulls memory from under one that waits.
  private final MemorySegment ready = Arena.ofAuto().allocate((long) MOST_READY * EVENT_BYTES, 8);
  private final MemorySegment state = Arena.ofAuto().allocate(SystemCall.STATE);
  private final AtomicBoolean closed = new AtomicBoolean();

  Epoll() throws IOException {
    descriptor =
        (int)
            SystemCall.check(
                "make an epoll", errno -> (int) CREATE.invokeExact(errno, EPOLL_CLOEXEC));
  }

  @Override
  public void add(int watched) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
      event.set(JAVA_INT, EVENTS, EPOLLIN | EPOLLET);
      event.set(ValueLayout.JAVA_INT_UNALIGNED, DATA, watched);
      SystemCall.check(
          "watch descriptor " + watched,
          errno -> (int) CONTROL.invokeExact(errno, descriptor, EPOLL_CTL_ADD, watched, event));
    }
  }

  @Override
  public void remove(int watched) {
    try {
      SystemCall.check(
          "stop watching descriptor " + watched,
          errno ->
              (int)
                  CONTROL.invokeExact(
                      errno, descriptor, EPOLL_CTL_DEL, watched, MemorySegment.NULL));
    } catch (IOException e) {
      LOG.debug("{}", e.getMessage());
    }
  }

  @Override
  public int await(int[] into, int timeoutMillis) throws IOException {
    if (closed.get()) {
      throw new IOException("the poller is closed");
    }
    int limit = Math.min(into.length, MOST_READY);
    int count = waitForEvents(limit, timeoutMillis);
    if (count < 0) {
      return afterFailure(SystemCall.errno(state));
    }
    for (int i = 0; i < count; i++) {
      into[i] = ready.get(ValueLayout.JAVA_INT_UNALIGNED, (long) i * EVENT_BYTES + DATA);
    }
    return count;
  }

  private int waitForEvents(int limit, int timeoutMillis) {
    try {
      return (int) WAIT.invokeExact(state, descriptor, ready, limit, timeoutMillis);
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  private static int afterFailure(int errno) throws IOException {
    if (errno == SystemCall.SystemCallException.EINTR) {
      return 0;
    }
    throw SystemCall.failure("wait for descriptors", errno);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        Descriptors.close(descriptor);
      } catch (IOException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }
}
