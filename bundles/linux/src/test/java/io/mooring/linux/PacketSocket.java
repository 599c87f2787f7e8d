package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Sends raw frames out of a host's interface, as the host itself would (packet(7)). */
final class PacketSocket {

  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int ADDRESS_BYTES = 20;
  private static final int SLL_IFINDEX = 4;

  private static final MethodHandle SOCKET =
      SystemCall.failing("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDTO =
      SystemCall.failing(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

  private PacketSocket() {}

  static void send(int interfaceIndex, byte[] frame) throws IOException {
    int socket =
        (int)
            SystemCall.check(
                "packet socket", state -> (int) SOCKET.invokeExact(state, AF_PACKET, SOCK_RAW, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(ADDRESS_BYTES, Long.BYTES);
      to.set(JAVA_SHORT, 0, (short) AF_PACKET);
      to.set(JAVA_INT, SLL_IFINDEX, interfaceIndex);
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, frame);
      SystemCall.check(
          "send a packet",
          state ->
              (long)
                  SENDTO.invokeExact(state, socket, bytes, bytes.byteSize(), 0, to, ADDRESS_BYTES));
    } finally {
      Descriptors.close(socket);
    }
  }
}
