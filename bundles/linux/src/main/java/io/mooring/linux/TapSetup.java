package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.mooring.api.os.Tap;
import io.mooring.linux.SystemCall.SystemCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a TAP interface with virtio-net headers (linux/if_tun.h, linux/if.h). */
final class TapSetup {

  private static final MethodHandle OPEN =
      SystemCall.failingVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SOCKET =
      SystemCall.failing("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL_ADDRESS =
      SystemCall.failingVariadic(
          "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final MethodHandle IOCTL_LONG =
      SystemCall.failingVariadic(
          "ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

  private static final String DEVICE = "/dev/net/tun";
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUNSETVNETHDRSZ = 0x400454d8L;
  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;
  private static final short IFF_VNET_HDR = 0x4000;
  private static final long TUN_F_CSUM = 1;
  private static final long TUN_F_TSO4 = 2;
  private static final long TUN_F_TSO6 = 4;
  private static final int HEADER_BYTES = 12;

  private static final int IFREQ_BYTES = 40;
  private static final int IFNAMSIZ = 16;
  private static final int IFR_FLAGS = 16;
  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final short IFF_UP = 1;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | O_CLOEXEC;

  private TapSetup() {}

  static Tap open(String name) throws IOException {
    checkName(name);
    boolean existed = Files.exists(Path.of("/sys/class/net", name));
    int descriptor = openDevice();
    try (Arena arena = Arena.ofConfined()) {
      attach(arena, name, descriptor);
      offerHeaders(arena, name, descriptor);
      if (!existed) {
        bringUp(arena, name);
      }
      return new TapInterface(name, descriptor);
    } catch (IOException e) {
      Descriptors.close(descriptor);
      throw e;
    }
  }

  private static void checkName(String name) throws IOException {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes >= IFNAMSIZ || !name.matches("[^/%:\\s]+") || name.matches("\\.\\.?")) {
      throw new IOException(
          "TAP name '%s' is not allowed: 1 to %d bytes, no blank, '/', ':' or '%%'"
              .formatted(name, IFNAMSIZ - 1));
    }
  }

  private static int openDevice() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(DEVICE);
      return (int)
          SystemCall.check(
              "open " + DEVICE,
              state -> (int) OPEN.invokeExact(state, path, O_RDWR | O_NONBLOCK | O_CLOEXEC));
    } catch (SystemCallException e) {
      throw explained(e);
    }
  }

  private static void attach(Arena arena, String name, int descriptor) throws IOException {
    MemorySegment request = request(arena, name);
    request.set(JAVA_SHORT, IFR_FLAGS, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
    try {
      SystemCall.check(
          "open TAP " + name,
          state -> (int) IOCTL_ADDRESS.invokeExact(state, descriptor, TUNSETIFF, request));
    } catch (SystemCallException e) {
      throw explained(e);
    }
  }

  private static void offerHeaders(Arena arena, String name, int descriptor) throws IOException {
    MemorySegment size = arena.allocateFrom(JAVA_INT, HEADER_BYTES);
    SystemCall.check(
        "set the header size of TAP %s to %d".formatted(name, HEADER_BYTES),
        state -> (int) IOCTL_ADDRESS.invokeExact(state, descriptor, TUNSETVNETHDRSZ, size));
    SystemCall.check(
        "set the offloads of TAP " + name,
        state ->
            (int)
                IOCTL_LONG.invokeExact(
                    state, descriptor, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6));
  }

  /** An interface that was made just now is up; one that the operator made is left as it is. */
  private static void bringUp(Arena arena, String name) throws IOException {
    int socket =
        (int)
            SystemCall.check(
                "open a socket to bring TAP " + name + " up",
                state -> (int) SOCKET.invokeExact(state, AF_INET, SOCK_DGRAM_CLOEXEC, 0));
    try {
      MemorySegment request = request(arena, name);
      SystemCall.check(
          "ask for the flags of TAP " + name,
          state -> (int) IOCTL_ADDRESS.invokeExact(state, socket, SIOCGIFFLAGS, request));
      request.set(JAVA_SHORT, IFR_FLAGS, (short) (request.get(JAVA_SHORT, IFR_FLAGS) | IFF_UP));
      SystemCall.check(
          "bring TAP " + name + " up",
          state -> (int) IOCTL_ADDRESS.invokeExact(state, socket, SIOCSIFFLAGS, request));
    } finally {
      Descriptors.close(socket);
    }
  }

  private static MemorySegment request(Arena arena, String name) {
    MemorySegment request = arena.allocate(IFREQ_BYTES, Long.BYTES);
    request.setString(0, name);
    return request;
  }

  private static IOException explained(SystemCallException e) {
    return switch (e.errno()) {
      case SystemCallException.EPERM, SystemCallException.EACCES ->
          new IOException(e.getMessage() + " (TAP needs CAP_NET_ADMIN)", e);
      case SystemCallException.EBUSY ->
          new IOException(e.getMessage() + " (another process has it open)", e);
      case SystemCallException.EINVAL ->
          new IOException(e.getMessage() + " (it is there, but is no TAP of one queue)", e);
      default -> e;
    };
  }
}
