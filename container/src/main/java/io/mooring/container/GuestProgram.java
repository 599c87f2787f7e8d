package io.mooring.container;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.api.transport.Transport;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The guests of the tests: two that send each other frames, and connect again when their connection
 * ends. Reports lines of six numbers: frames that arrived at the first and at the second guest,
 * connections made, frames that were not as they were sent, frames that are missing, frames that
 * came again or late. Ends with its standard input.
 */
public final class GuestProgram {

  private static final Os OS = new LinuxOs();
  private static final Transport TRANSPORT = new UnixTransport(OS);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int FRAME_BYTES = 200;
  private static final int BURST = 8;
  private static final int LIMIT = 64;

  /** Fewer frames under way than a ring has buffers, or some would be lost for want of one. */
  private static final int UNDER_WAY = 128;

  /** Frames that have not come by then may be lost: some more are sent all the same. */
  private static final long LOST_NANOS = 100_000_000;

  private static final long NAP_NANOS = 100_000;
  private static final long REPORT_NANOS = 2_000_000;

  private GuestProgram() {}

  /** Runs guests at two sockets, without end. */
  public static void main(String[] sockets) throws IOException {
    Thread.ofPlatform().daemon().name("end").start(GuestProgram::awaitEnd);
    Guest one = new Guest(Path.of(sockets[0]), 1, 2);
    Guest other = new Guest(Path.of(sockets[1]), 2, 1);
    one.receiver = other;
    other.receiver = one;
    long reported = System.nanoTime();
    while (true) {
      one.turn();
      other.turn();
      if (System.nanoTime() - reported > REPORT_NANOS) {
        reported = System.nanoTime();
        System.out.println(
            "%d %d %d %d %d %d"
                .formatted(
                    one.arrived,
                    other.arrived,
                    one.connections + other.connections,
                    one.corrupted + other.corrupted,
                    one.missing + other.missing,
                    one.repeated + other.repeated));
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
  }

  private static void awaitEnd() {
    try {
      System.in.readAllBytes();
    } catch (IOException ended) {
      // By an error: that is an end, too.
    }
    Runtime.getRuntime().halt(0);
  }

  private static final class Guest {

    private final Path socket;
    private final int number;
    private final int peer;
    private Optional<NetPort> port = Optional.empty();
    private Watched connection;
    private Guest receiver;
    private long sequence;
    private long sentAt;
    private long arrived;
    private long corrupted;
    private long expected;
    private long missing;
    private long repeated;
    private int connections;

    Guest(Path socket, int number, int peer) {
      this.socket = socket;
      this.number = number;
      this.peer = peer;
    }

    void turn() {
      if (port.isPresent() && connection.ended) {
        port.get().close();
        port = Optional.empty();
      }
      if (port.isEmpty()) {
        connect();
      }
      port.ifPresent(this::exchange);
    }

    private void connect() {
      try {
        connection = new Watched(TRANSPORT.connect(socket));
        FrontEnd frontEnd = FrontEnd.over(OS, connection, ANSWER);
        port = Optional.of(NetPort.bringUp(OS, frontEnd, NetOptions.modern()));
        connections++;
      } catch (IOException nobody) {
        // Nobody listens now, or the port went away in the middle: next time.
      }
    }

    private void exchange(NetPort now) {
      if (sequence - receiver.expected < UNDER_WAY || System.nanoTime() - sentAt > LOST_NANOS) {
        send(now);
      }
      now.receive(this::check, LIMIT);
    }

    private void send(NetPort now) {
      long room = now.reserve();
      for (int frame = 0; frame < BURST && room != 0; frame++) {
        TestFrame.write(
            room, FRAME_BYTES, TestFrame.mac(peer), TestFrame.mac(number), number, sequence++);
        now.commit(FRAME_BYTES);
        room = now.reserve();
      }
      now.flush();
      sentAt = System.nanoTime();
    }

    private void check(long header, long frame, int length) {
      long number = TestFrame.check(frame, length, peer);
      if (number < 0) {
        corrupted++;
        return;
      }
      arrived++;
      if (number < expected) {
        repeated++;
      } else {
        missing += number - expected;
        expected = number + 1;
      }
    }
  }

  /** A connection that knows when it has ended. */
  private static final class Watched implements Connection {

    private final Connection connection;
    private volatile boolean ended;

    Watched(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void await() throws IOException {
      connection.await();
    }

    @Override
    public int descriptor() {
      return connection.descriptor();
    }

    @Override
    public Optional<Message> receive() throws IOException {
      boolean received = false;
      try {
        Optional<Message> message = connection.receive();
        received = message.isPresent();
        return message;
      } finally {
        ended |= !received;
      }
    }

    @Override
    public void send(Message message) throws IOException {
      connection.send(message);
    }

    @Override
    public Peer peer() throws IOException {
      return connection.peer();
    }

    @Override
    public void leave() {
      connection.leave();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
