package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.mooring.api.os.DescriptorKind;
import io.mooring.linux.SystemCall.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** Open descriptors: what they are, how to double and to close them. */
final class Descriptors {

  private static final MethodHandle FCNTL =
      SystemCall.failingVariadic(
          "fcntl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      SystemCall.failing("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STATX =
      SystemCall.failing(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle FSTATFS =
      SystemCall.failing("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle GETPAGESIZE =
      SystemCall.function("getpagesize", FunctionDescriptor.of(JAVA_INT));

  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int O_NONBLOCK = 0x800;

  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_TYPE = 0x1;
  private static final int STATX_SIZE = 0x200;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STATX_BYTES = 256;
  private static final int STX_MODE = 28;
  private static final int STX_SIZE = 40;
  private static final int STX_BLOCKS = 48;
  private static final int BLOCK_BYTES = 512;

  private static final int S_IFMT = 0xF000;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFSOCK = 0xC000;
  private static final int S_IFIFO = 0x1000;

  private static final int STATFS_BYTES = 256;
  private static final int F_TYPE = 0;
  private static final int F_BSIZE = 8;
  private static final int F_BLOCKS = 16;
  private static final int F_BAVAIL = 32;
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");
  private static final long HUGETLBFS_MAGIC = 0x958458f6L;

  private static final String EVENTFD_LINK = "anon_inode:[eventfd]";

  private Descriptors() {}

  static int duplicate(int descriptor) throws IOException {
    return (int)
        SystemCall.check(
            "duplicate descriptor " + descriptor,
            state -> (int) FCNTL.invokeExact(state, descriptor, F_DUPFD_CLOEXEC, 0));
  }

  static void unblock(int descriptor) throws IOException {
    int flags =
        (int)
            SystemCall.check(
                "get the flags of descriptor " + descriptor,
                state -> (int) FCNTL.invokeExact(state, descriptor, F_GETFL, 0));
    if ((flags & O_NONBLOCK) == 0) {
      SystemCall.check(
          "make descriptor " + descriptor + " non-blocking",
          state -> (int) FCNTL.invokeExact(state, descriptor, F_SETFL, flags | O_NONBLOCK));
    }
  }

  /** Closes; an interrupted close has closed, too. */
  static void close(int descriptor) throws IOException {
    try {
      SystemCall.check(
          "close descriptor " + descriptor, state -> (int) CLOSE.invokeExact(state, descriptor));
    } catch (SystemCallException e) {
      if (e.errno() != SystemCallException.EINTR) {
        throw e;
      }
    }
  }

  static DescriptorKind kind(int descriptor) throws IOException {
    // The mode is asked first: it says in plain words when the descriptor is not open.
    int type = mode(descriptor) & S_IFMT;
    if (link(descriptor).equals(EVENTFD_LINK)) {
      return DescriptorKind.EVENTFD;
    }
    return switch (type) {
      case S_IFREG -> DescriptorKind.FILE;
      case S_IFSOCK -> DescriptorKind.SOCKET;
      case S_IFIFO -> DescriptorKind.PIPE;
      default -> DescriptorKind.OTHER;
    };
  }

  static long size(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return status(arena, descriptor).get(JAVA_LONG, STX_SIZE);
    }
  }

  static boolean touchable(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = status(arena, descriptor);
      long there = status.get(JAVA_LONG, STX_BLOCKS) * BLOCK_BYTES;
      return there >= status.get(JAVA_LONG, STX_SIZE) || hasRoom(fileSystem(arena, descriptor));
    }
  }

  private static boolean hasRoom(MemorySegment fileSystem) throws IOException {
    if (isHugetlbfs(fileSystem)) {
      String pool = "hugepages-%dkB".formatted(fileSystem.get(JAVA_LONG, F_BSIZE) / 1024);
      Path free = HUGE_PAGES.resolve(pool).resolve("free_hugepages");
      return Long.parseLong(Files.readString(free).trim()) > 0;
    }
    // One without a limit, as of a memfd, says that it has no blocks at all.
    return fileSystem.get(JAVA_LONG, F_BLOCKS) == 0 || fileSystem.get(JAVA_LONG, F_BAVAIL) > 0;
  }

  static long pageSize(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment fileSystem = fileSystem(arena, descriptor);
      return isHugetlbfs(fileSystem) ? fileSystem.get(JAVA_LONG, F_BSIZE) : systemPageSize();
    }
  }

  private static MemorySegment fileSystem(Arena arena, int descriptor) throws IOException {
    MemorySegment status = arena.allocate(STATFS_BYTES, Long.BYTES);
    SystemCall.check(
        "ask for the file system of descriptor " + descriptor,
        state -> (int) FSTATFS.invokeExact(state, descriptor, status));
    return status;
  }

  private static boolean isHugetlbfs(MemorySegment fileSystem) {
    return fileSystem.get(JAVA_LONG, F_TYPE) == HUGETLBFS_MAGIC;
  }

  private static long systemPageSize() {
    try {
      return (int) GETPAGESIZE.invokeExact();
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  private static int mode(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return status(arena, descriptor).get(JAVA_SHORT, STX_MODE);
    }
  }

  // statx and not fstat: its structure is the same on every architecture.
  private static MemorySegment status(Arena arena, int descriptor) throws IOException {
    MemorySegment path = arena.allocateFrom("");
    MemorySegment status = arena.allocate(STATX_BYTES, Long.BYTES);
    SystemCall.check(
        "ask for the status of descriptor " + descriptor,
        state ->
            (int)
                STATX.invokeExact(
                    state,
                    descriptor,
                    path,
                    AT_EMPTY_PATH,
                    STATX_TYPE | STATX_SIZE | STATX_BLOCKS,
                    status));
    return status;
  }

  private static String link(int descriptor) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
  }
}
