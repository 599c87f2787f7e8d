package io.mooring.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A memfd of 2 MiB pages; making and mapping one takes no page from the pool until it is touched.
 */
final class Hugepages {

  private static final int MFD_HUGETLB_2MB = 4 | (21 << 26);

  private Hugepages() {}

  static int file(String name, long size) throws IOException {
    MethodHandle create =
        SystemCall.failing(
            "memfd_create",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    MethodHandle truncate =
        SystemCall.failing(
            "ftruncate",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      int file =
          (int)
              SystemCall.check(
                  name, state -> (int) create.invokeExact(state, text, MFD_HUGETLB_2MB));
      SystemCall.check(name, state -> (int) truncate.invokeExact(state, file, size));
      return file;
    }
  }
}
