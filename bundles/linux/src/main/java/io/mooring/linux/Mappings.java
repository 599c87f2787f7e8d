package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mooring.linux.SystemCall.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Shared mappings of files, and files of memory to map. */
final class Mappings {

  private static final MethodHandle MMAP =
      SystemCall.failing(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      SystemCall.failing("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      SystemCall.function(
          "madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle MEMFD_CREATE =
      SystemCall.failing("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      SystemCall.failing("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));

  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;

  /** The front-end has reserved its huge pages itself; the pool need not have them twice. */
  private static final int MAP_NORESERVE = 0x4000;

  private static final int MADV_DONTDUMP = 16;
  private static final int MFD_CLOEXEC = 1;
  private static final long SMALLEST_PAGE = 4096;
  private static final long LARGEST_PAGE = 16L << 30;

  private Mappings() {}

  static int memfd(String name, long size) throws IOException {
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      descriptor =
          (int)
              SystemCall.check(
                  "make memfd " + name,
                  state -> (int) MEMFD_CREATE.invokeExact(state, text, MFD_CLOEXEC));
    }
    try {
      SystemCall.check(
          "give memfd %s %d bytes".formatted(name, size),
          state -> (int) FTRUNCATE.invokeExact(state, descriptor, size));
    } catch (IOException e) {
      Descriptors.close(descriptor);
      throw e;
    }
    return descriptor;
  }

  static MemorySegment map(int descriptor, long offset, long length) throws IOException {
    String what = "map %d bytes at %d of descriptor %d".formatted(length, offset, descriptor);
    if (length <= 0) {
      throw new IOException(what + ": the length must be above 0");
    }
    long page = Descriptors.pageSize(descriptor);
    if (offset < 0 || offset % page != 0) {
      throw new IOException(what + ": the offset must be a multiple of the page size " + page);
    }
    if (length > Long.MAX_VALUE - page - offset) {
      throw new IOException(what + ": the end must be below " + Long.MAX_VALUE);
    }
    long whole = roundUp(length, page);
    long address =
        SystemCall.check(
            what,
            state ->
                (long)
                    MMAP.invokeExact(
                        state,
                        0L,
                        whole,
                        PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_NORESERVE,
                        descriptor,
                        offset));
    keepOutOfCoreDumps(address, whole);
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  /**
   * Unmaps without knowing the page size: the file may be closed by now, and nothing is remembered
   * that would be lost when this bundle is replaced. The system refuses, and changes nothing, when
   * the length is not a multiple of the mapping's page; so the page sizes are tried from the
   * smallest on.
   */
  static void unmap(MemorySegment mapping) throws IOException {
    String what = "unmap %d bytes at 0x%x".formatted(mapping.byteSize(), mapping.address());
    for (long page = SMALLEST_PAGE; ; page <<= 1) {
      long whole = roundUp(mapping.byteSize(), page);
      try {
        SystemCall.check(what, state -> (int) MUNMAP.invokeExact(state, mapping.address(), whole));
        return;
      } catch (SystemCallException e) {
        if (e.errno() != SystemCallException.EINVAL || page == LARGEST_PAGE) {
          throw e;
        }
      }
    }
  }

  private static long roundUp(long length, long page) {
    return (length + page - 1) & -page;
  }

  // Best effort: a guest's memory has no place in a core file, but the mapping works without.
  private static void keepOutOfCoreDumps(long address, long length) {
    try {
      int ignored = (int) MADVISE.invokeExact(address, length, MADV_DONTDUMP);
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }
}
