package io.mooring.port;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.swap.SwapException;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A transport that no port depends on yet carries messages between two ends of its own, and
 * connections change hands.
 */
final class SocketRehearsal {

  /** What is called a thousand times is compiled (etc/jvm.options). */
  private static final int ROUNDS = 1500;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Provider<Transport> newcomer;
  private final Os os;

  SocketRehearsal(Provider<Transport> newcomer, Os os) {
    this.newcomer = newcomer;
    this.os = os;
  }

  /**
   * Rehearses once at least, then until all is compiled.
   *
   * @param most how long at most; a round that has begun is ended
   * @return how long that took
   * @throws SwapException when a message does not arrive as it was sent
   */
  Duration run(Duration most) throws SwapException, InterruptedException {
    long begin = System.nanoTime();
    try {
      Bounded.run("rehearsal-sockets", most.plus(PATIENCE), () -> rehearse(begin + most.toNanos()));
    } catch (ExecutionException failure) {
      throw refused("cannot carry a message: " + failure.getCause().getMessage(), failure);
    } catch (TimeoutException late) {
      throw refused("does not carry a message within %d s".formatted(PATIENCE.toSeconds()), late);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private SwapException refused(String why, Exception failure) {
    return new SwapException("%s %s".formatted(newcomer.text(), why), failure);
  }

  private void rehearse(long until) throws IOException {
    try (TwoEnds ends = TwoEnds.of(newcomer.service())) {
      Connection back = ends.back();
      try {
        int round = 0;
        do {
          tell(ends.front(), back, round);
          tell(back, ends.front(), round);
          if (round % 100 == 0) {
            Connection next = newcomer.service().adopt(os.duplicate(back.descriptor()));
            back.leave();
            back = next;
          }
          round++;
        } while (round < ROUNDS && System.nanoTime() < until);
      } finally {
        back.close();
      }
    }
  }

  /** A message with a descriptor arrives as it was sent. */
  private void tell(Connection from, Connection to, int round) throws IOException {
    int descriptor = os.eventfd();
    try {
      ByteBuffer payload = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      payload.putLong(0, round);
      from.send(new Message(round, Message.VERSION, payload, descriptor));
    } finally {
      os.close(descriptor);
    }
    to.await();
    Optional<Message> heard = to.receive();
    if (heard.isEmpty() || !isWhole(heard.get(), round)) {
      throw new IOException("message %d does not arrive as it was sent".formatted(round));
    }
  }

  private boolean isWhole(Message heard, int round) throws IOException {
    return isEventfd(heard.claim())
        && heard.request() == round
        && heard.payload().remaining() == Long.BYTES
        && heard.payload().getLong(heard.payload().position()) == round;
  }

  private boolean isEventfd(int[] descriptors) throws IOException {
    try {
      return descriptors.length == 1 && os.kind(descriptors[0]) == DescriptorKind.EVENTFD;
    } finally {
      Arrays.stream(descriptors).forEach(os::close);
    }
  }
}
