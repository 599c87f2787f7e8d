package io.mooring.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Binds C library functions and turns their failures into exceptions. */
final class SystemCall {

  /** What a call that failed leaves behind: {@code errno}. */
  static final StructLayout STATE = Linker.Option.captureStateLayout();

  private static final Linker LINKER = Linker.nativeLinker();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle STRERROR =
      function("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final long LONGEST_REASON = 256;

  /** A call in flight: its result, -1 for failure, and where errno goes. */
  @FunctionalInterface
  interface Invocation {
    long invoke(MemorySegment state) throws Throwable;
  }

  private SystemCall() {}

  /** A function whose errno nobody asks for. */
  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return bind(name, descriptor);
  }

  /** The same for a C function with variable arguments after so many fixed ones. */
  static MethodHandle variadic(String name, int fixed, FunctionDescriptor descriptor) {
    return bind(name, descriptor, Linker.Option.firstVariadicArg(fixed));
  }

  /** A function that takes the segment for errno before its arguments. */
  static MethodHandle failing(String name, FunctionDescriptor descriptor) {
    return bind(name, descriptor, Linker.Option.captureCallState("errno"));
  }

  /** The same for a C function with variable arguments after so many fixed ones. */
  static MethodHandle failingVariadic(String name, int fixed, FunctionDescriptor descriptor) {
    return bind(
        name,
        descriptor,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  /**
   * Calls and checks.
   *
   * @param what the call and its arguments, for the message
   */
  static long check(String what, Invocation call) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = invoke(call, state);
      if (result == -1) {
        throw failure(what, errno(state));
      }
      return result;
    }
  }

  /** Calls without a check; a method handle's checked throwable cannot happen. */
  static long invoke(Invocation call, MemorySegment state) {
    try {
      return call.invoke(state);
    } catch (Throwable impossible) {
      throw unexpected(impossible);
    }
  }

  /** What a native call's own checked throwable becomes, which no native call throws. */
  static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static SystemCallException failure(String what, int errno) {
    return new SystemCallException(what + ": " + reason(errno), errno);
  }

  private static String reason(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(LONGEST_REASON).getString(0);
    } catch (Throwable impossible) {
      throw unexpected(impossible);
    }
  }

  private static MethodHandle bind(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    MemorySegment symbol =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(
                () -> new UnsatisfiedLinkError("the C library of this system has no " + name));
    return LINKER.downcallHandle(symbol, descriptor, options);
  }

  /** A failed system call, with its number. */
  static final class SystemCallException extends IOException {

    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EINVAL = 22;
    static final int ENOTTY = 25;
    static final int ENOTSOCK = 88;
    static final int EOPNOTSUPP = 95;

    private static final long serialVersionUID = 1;

    private final int errno;

    SystemCallException(String message, int errno) {
      super(message);
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }
}
