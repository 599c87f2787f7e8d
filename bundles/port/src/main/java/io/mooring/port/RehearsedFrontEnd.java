package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Says what QEMU says of a VM that comes, runs and moves away; nobody writes to its rings. */
final class RehearsedFrontEnd implements AutoCloseable {

  /** What it acknowledges. */
  static final long FEATURES = RingFeature.VERSION_1.mask() | RingFeature.PROTOCOL_FEATURES.mask();

  /** Descriptors of a queue, unless an engine has fewer. */
  static final int RING = 256;

  private static final int QUEUES = 2;
  private static final int NONE = -1;

  /** What is not answered by then is not going to be. */
  private static final int PATIENCE_MILLIS = 2000;

  private static final long PROTOCOL_FEATURES =
      ProtocolFeature.MQ.mask() | ProtocolFeature.REPLY_ACK.mask() | ProtocolFeature.STATUS.mask();

  /** Device status (virtio 1.3, section 2.1): the driver runs. */
  private static final int RUNS = 0xf;

  private static final long USER_ADDRESS = 0x7f00_0000_0000L;
  private static final int QUEUE_BYTES = 1 << 16;
  private static final int AVAILABLE = 0x2000;
  private static final int USED = 0x4000;

  private final Connection connection;
  private final Os os;
  private final int ring;
  private final int memory;
  private final int[] eventfds = new int[2 * QUEUES];

  /**
   * @param connection to the back-end; closed with this
   * @param ring descriptors of a queue, {@link #RING} at most
   */
  RehearsedFrontEnd(Connection connection, Os os, int ring) throws IOException {
    this.connection = connection;
    this.os = os;
    this.ring = ring;
    Arrays.fill(eventfds, NONE);
    memory = os.memfd("rehearsal", (long) QUEUES * QUEUE_BYTES);
    try {
      for (int i = 0; i < eventfds.length; i++) {
        eventfds[i] = os.eventfd();
      }
    } catch (IOException full) {
      close();
      throw full;
    }
  }

  /** What is said once. */
  void come() throws IOException {
    say(Request.SET_PROTOCOL_FEATURES, payload().putLong(PROTOCOL_FEATURES));
    say(Request.SET_OWNER, payload());
    say(
        Request.SET_MEM_TABLE,
        payload()
            .putInt(1)
            .putInt(0)
            .putLong(0)
            .putLong((long) QUEUES * QUEUE_BYTES)
            .putLong(USER_ADDRESS)
            .putLong(0),
        memory);
    for (int queue = 0; queue < QUEUES; queue++) {
      say(Request.SET_VRING_BASE, state(queue, 0));
      say(Request.SET_VRING_CALL, payload().putLong(queue), eventfds[QUEUES + queue]);
    }
  }

  /**
   * A driver begins, its queues run, and the VM stops as it does when it moves.
   *
   * @param pauseNanos before that
   */
  void stay(long pauseNanos) throws IOException {
    say(Request.SET_FEATURES, payload().putLong(FEATURES));
    for (int queue = 0; queue < QUEUES; queue++) {
      long at = USER_ADDRESS + (long) queue * QUEUE_BYTES;
      say(Request.SET_VRING_NUM, state(queue, ring));
      say(
          Request.SET_VRING_ADDR,
          state(queue, 0).putLong(at).putLong(at + USED).putLong(at + AVAILABLE).putLong(0));
      say(Request.SET_VRING_KICK, payload().putLong(queue), eventfds[queue]);
      say(Request.SET_VRING_ENABLE, state(queue, 1));
    }
    say(Request.SET_STATUS, payload().putLong(RUNS));
    LockSupport.parkNanos(pauseNanos);
    say(Request.SET_STATUS, payload().putLong(0));
    for (int queue = 0; queue < QUEUES; queue++) {
      say(Request.GET_VRING_BASE, state(queue, 0));
      hear(Request.GET_VRING_BASE);
    }
  }

  private static ByteBuffer payload() {
    return ByteBuffer.allocate(Long.BYTES * 8).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer state(int queue, int number) {
    return payload().putInt(queue).putInt(number);
  }

  /** Descriptors stay this one's. */
  private void say(Request request, ByteBuffer payload, int... descriptors) throws IOException {
    connection.send(new Message(request.number(), Message.VERSION, payload.flip(), descriptors));
  }

  private void hear(Request request) throws IOException {
    if (!os.awaitReadable(connection.descriptor(), PATIENCE_MILLIS)) {
      throw new IOException("%s is not answered".formatted(request));
    }
    Message answer =
        connection.receive().orElseThrow(() -> new IOException("the rehearsal is over"));
    if (answer.request() != request.number()) {
      throw new IOException("%s was answered with %d".formatted(request, answer.request()));
    }
  }

  @Override
  public void close() {
    connection.close();
    os.close(memory);
    for (int each : eventfds) {
      if (each != NONE) {
        os.close(each);
      }
    }
  }
}
