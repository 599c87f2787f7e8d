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
import java.util.Map;

/** Page faults that another process resolves (userfaultfd(2), ioctl_userfaultfd(2)). */
final class Userfaults {

  private static final MethodHandle SYSCALL =
      SystemCall.failingVariadic(
          "syscall", 1, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle IOCTL =
      SystemCall.failingVariadic(
          "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

  /** The C library has no function for it, and the number is the architecture's. */
  private static final Map<String, Long> NUMBERS = Map.of("amd64", 323L, "aarch64", 282L);

  private static final long O_CLOEXEC = 0x80000;
  private static final long O_NONBLOCK = 0x800;

  /** Only faults of user code: what an ordinary user may have. */
  private static final long USER_MODE_ONLY = 1;

  private static final long API = 0xaa;
  private static final long UFFDIO_API = 0xc018aa3fL;
  private static final long API_BYTES = 24;
  private static final long UFFDIO_REGISTER = 0xc020aa00L;
  private static final long REGISTER_BYTES = 32;
  private static final long MODE_MISSING = 1;

  private Userfaults() {}

  static int open() throws IOException {
    int descriptor;
    try {
      descriptor = open(O_CLOEXEC | O_NONBLOCK);
    } catch (SystemCallException refused) {
      if (refused.errno() != SystemCallException.EPERM) {
        throw refused;
      }
      descriptor = open(O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment api = arena.allocate(API_BYTES, Long.BYTES);
      api.set(JAVA_LONG, 0, API);
      control(descriptor, "shake hands with", UFFDIO_API, api);
      return descriptor;
    } catch (IOException failure) {
      Descriptors.close(descriptor);
      throw failure;
    }
  }

  private static int open(long flags) throws IOException {
    String architecture = System.getProperty("os.arch");
    Long number = NUMBERS.get(architecture);
    if (number == null) {
      throw new IOException(
          "make a userfaultfd: its number on %s is not known".formatted(architecture));
    }
    return (int)
        SystemCall.check(
            "make a userfaultfd", state -> (long) SYSCALL.invokeExact(state, (long) number, flags));
  }

  static void register(int descriptor, MemorySegment mapping, long pageSize) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocate(REGISTER_BYTES, Long.BYTES);
      range.set(JAVA_LONG, 0, mapping.address());
      range.set(JAVA_LONG, 8, (mapping.byteSize() + pageSize - 1) & -pageSize);
      range.set(JAVA_LONG, 16, MODE_MISSING);
      control(
          descriptor, "register 0x%x with".formatted(mapping.address()), UFFDIO_REGISTER, range);
    }
  }

  private static void control(int descriptor, String what, long request, MemorySegment argument)
      throws IOException {
    SystemCall.check(
        "%s userfaultfd %d".formatted(what, descriptor),
        state -> (int) IOCTL.invokeExact(state, descriptor, request, argument));
  }
}
