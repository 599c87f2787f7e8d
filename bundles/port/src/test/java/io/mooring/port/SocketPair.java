package io.mooring.port;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Two connected unix sockets, by their descriptors. */
record SocketPair(int mine, int other) {

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;

  static SocketPair open() {
    Linker linker = Linker.nativeLinker();
    var function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("socketpair"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      int result = (int) function.invokeExact(AF_UNIX, SOCK_STREAM, 0, pair);
      if (result != 0) {
        throw new AssertionError("no socket pair");
      }
      return new SocketPair(
          pair.getAtIndex(ValueLayout.JAVA_INT, 0), pair.getAtIndex(ValueLayout.JAVA_INT, 1));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
