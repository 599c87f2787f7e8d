package io.mooring.acceptance.rig;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** An open file that is not what a back-end asked for; closed with all that it needs. */
public final class OddFile implements AutoCloseable {

  /** What it may be. */
  public enum Kind {
    /** A pipe that nobody reads and that has no room left. */
    FULL_PIPE,
    /** A file of a page. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A connected socket. */
    SOCKET,
    /** An epoll instance. */
    EPOLL,
    /** The null device. */
    DEVICE
  }

  private static final MethodHandle PIPE = bind("pipe2", 0, ADDRESS, JAVA_INT);
  private static final MethodHandle OPEN = bind("open", 0, ADDRESS, JAVA_INT);
  private static final MethodHandle SOCKETPAIR =
      bind("socketpair", 0, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EPOLL_CREATE = bind("epoll_create1", 0, JAVA_INT);
  private static final MethodHandle FCNTL = bind("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT);

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NONBLOCK = 0x800;
  private static final int F_SETFL = 4;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;

  private static final int PAGE = 4096;
  private static final int MORE_THAN_A_PIPE = 1 << 20;
  private static final long MOST = -2;

  private final int descriptor;
  private final int[] needed;

  private OddFile(int descriptor, int... needed) {
    this.descriptor = descriptor;
    this.needed = needed;
  }

  /** Opens one. */
  public static OddFile open(Kind kind) throws IOException {
    return switch (kind) {
      case FULL_PIPE -> fullPipe();
      case FILE -> new OddFile(Lab.OS.memfd("odd", PAGE));
      case DIRECTORY -> new OddFile(open("/", O_CLOEXEC));
      case SOCKET -> socket();
      case EPOLL -> new OddFile(call(EPOLL_CREATE, O_CLOEXEC));
      case DEVICE -> new OddFile(open("/dev/null", O_RDWR | O_CLOEXEC));
    };
  }

  private static OddFile fullPipe() throws IOException {
    int[] ends = pair(room -> call(PIPE, room, O_CLOEXEC | O_NONBLOCK));
    try {
      Lab.OS.write(ends[1], new byte[MORE_THAN_A_PIPE], 1);
      throw new AssertionError("a pipe took a megabyte");
    } catch (IOException full) {
      block(ends[1]);
      return new OddFile(ends[1], ends[0]);
    }
  }

  private static OddFile socket() throws IOException {
    int[] ends = pair(room -> call(SOCKETPAIR, AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, room));
    return new OddFile(ends[0], ends[1]);
  }

  /** An eventfd whose counter is full, so that whoever writes it waits for ever. */
  public static void fill(int eventfd) throws IOException {
    byte[] most = new byte[Long.BYTES];
    for (int i = 0; i < most.length; i++) {
      most[i] = (byte) (MOST >> (Byte.SIZE * i));
    }
    Lab.OS.drain(eventfd);
    Lab.OS.write(eventfd, most, 1);
    block(eventfd);
  }

  /** Whoever has this open file, by whatever descriptor, waits in its calls from now on. */
  private static void block(int descriptor) throws IOException {
    call(FCNTL, descriptor, F_SETFL, 0);
  }

  private static int open(String path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return call(OPEN, arena.allocateFrom(path), flags);
    }
  }

  /** Makes two descriptors. */
  @FunctionalInterface
  private interface Pair {
    void make(MemorySegment room) throws IOException;
  }

  private static int[] pair(Pair pair) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      pair.make(ends);
      return ends.toArray(JAVA_INT);
    }
  }

  private static int call(MethodHandle function, Object... arguments) throws IOException {
    int result;
    try {
      result = (int) function.invokeWithArguments(arguments);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
    if (result < 0) {
      throw new IOException("a system call of the test failed");
    }
    return result;
  }

  private static MethodHandle bind(String name, int fixed, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] options =
        fixed == 0
            ? new Linker.Option[0]
            : new Linker.Option[] {Linker.Option.firstVariadicArg(fixed)};
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        options);
  }

  /** Its number; it stays this one's. */
  public int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    Lab.OS.close(descriptor);
    for (int each : needed) {
      Lab.OS.close(each);
    }
  }
}
