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
import java.nio.file.Path;

/** The kernel's vhost back-ends behind device files (linux/vhost.h). */
final class VhostDevice {

  private static final MethodHandle OPEN =
      SystemCall.failingVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle IOCTL =
      SystemCall.failingVariadic(
          "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;

  /** _IOR(VHOST_VIRTIO, 0x00, __u64), where VHOST_VIRTIO is 0xaf. */
  private static final long VHOST_GET_FEATURES = 0x8008af00L;

  private VhostDevice() {}

  static long features(Path device) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(device.toString());
      int descriptor =
          (int)
              SystemCall.check(
                  "open " + device,
                  state -> (int) OPEN.invokeExact(state, path, O_RDWR | O_CLOEXEC));
      try {
        MemorySegment features = arena.allocate(JAVA_LONG);
        SystemCall.check(
            "ask %s for its vhost features".formatted(device),
            state -> (int) IOCTL.invokeExact(state, descriptor, VHOST_GET_FEATURES, features));
        return features.get(JAVA_LONG, 0);
      } finally {
        Descriptors.close(descriptor);
      }
    } catch (SystemCallException e) {
      throw explained(e);
    }
  }

  private static IOException explained(SystemCallException e) {
    return e.errno() == SystemCallException.ENOTTY
        ? new IOException(e.getMessage() + " (it is no vhost device)", e)
        : e;
  }
}
