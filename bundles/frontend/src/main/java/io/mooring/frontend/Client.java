package io.mooring.frontend;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Requests and their answers over one connection, each within a time limit. One thread uses it.
 * After an error it is of no further use.
 */
public final class Client implements AutoCloseable {

  /** How long a back-end may take to answer. */
  public static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A payload of nothing. */
  private static final int U64 = 8;

  private sealed interface Event {
    record Arrived(Message message) implements Event {}

    record Ended(Optional<IOException> why) implements Event {}
  }

  private final Connection connection;
  private final Os os;
  private final Duration timeout;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private boolean acknowledged;

  /**
   * @param connection closed with the client
   * @param os closes descriptors that came with answers and nobody wants
   */
  public Client(Connection connection, Os os, Duration timeout) {
    this.connection = connection;
    this.os = os;
    this.timeout = timeout;
    Thread.ofPlatform().daemon().name("frontend-receiver").start(this::receive);
  }

  /** From now on every request without an answer of its own asks for one (REPLY_ACK). */
  public void acknowledged(boolean wanted) {
    acknowledged = wanted;
  }

  /** A payload of one 64-bit value. */
  public static ByteBuffer u64(long value) {
    return payload(U64).putLong(value).flip();
  }

  /** An empty payload with room for so many bytes; flip it when it is filled. */
  public static ByteBuffer payload(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Sends a message as it is, right or wrong, and waits for nothing. */
  public void send(Message message) throws IOException {
    connection.send(message);
  }

  /**
   * Sends a request that has no answer of its own, and waits for its acknowledgement if those were
   * agreed.
   *
   * @param descriptors stay the caller's
   */
  public void tell(Request request, ByteBuffer payload, int... descriptors) throws IOException {
    int flags = Message.VERSION | (acknowledged ? Message.NEED_REPLY : 0);
    send(new Message(request.number(), flags, payload, descriptors));
    if (acknowledged) {
      long result = number(request, answer(request));
      if (result != 0) {
        throw new IOException("%s was refused with %d".formatted(request, result));
      }
    }
  }

  /** Sends a request and waits for its answer, whose descriptors are then the caller's. */
  public Message ask(Request request, ByteBuffer payload, int... descriptors) throws IOException {
    send(new Message(request.number(), Message.VERSION, payload, descriptors));
    return answer(request);
  }

  /** Asks for one 64-bit value. */
  public long askNumber(Request request) throws IOException {
    return number(request, ask(request, payload(0)));
  }

  /**
   * Waits for the next message, whatever it is.
   *
   * @return empty when the back-end closed the connection
   * @throws IOException when nothing comes in time, or what comes is no message
   */
  public Optional<Message> next() throws IOException {
    Event event = poll();
    return switch (event) {
      case null -> throw new IOException("no answer within " + timeout.toMillis() + " ms");
      case Event.Arrived(Message message) -> Optional.of(message);
      case Event.Ended(Optional<IOException> why) -> {
        events.add(event);
        if (why.isPresent()) {
          throw new IOException(why.get().getMessage(), why.get());
        }
        yield Optional.empty();
      }
    };
  }

  @Override
  public void close() {
    connection.close();
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof Event.Arrived(Message message)) {
        drop(message);
      }
    }
  }

  private Message answer(Request request) throws IOException {
    Optional<Message> got;
    try {
      got = next();
    } catch (IOException e) {
      throw new IOException(request + ": " + e.getMessage(), e);
    }
    Message message =
        got.orElseThrow(() -> new IOException(request + ": the back-end closed the connection"));
    if (message.request() != request.number() || (message.flags() & Message.REPLY) == 0) {
      drop(message);
      throw new IOException(
          "%s was answered by request %d with flags 0x%x; allowed is the same request with flag 0x%x"
              .formatted(request, message.request(), message.flags(), Message.REPLY));
    }
    return message;
  }

  private long number(Request request, Message answer) throws IOException {
    drop(answer);
    if (answer.payload().remaining() != U64) {
      throw new IOException(
          "%s was answered with %d bytes; allowed are %d"
              .formatted(request, answer.payload().remaining(), U64));
    }
    return answer.payload().getLong();
  }

  private Event poll() throws IOException {
    try {
      return events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void drop(Message message) {
    for (int descriptor : message.claim()) {
      os.close(descriptor);
    }
  }

  private void receive() {
    try {
      Optional<Message> message = connection.receive();
      while (message.isPresent()) {
        events.add(new Event.Arrived(message.get()));
        message = connection.receive();
      }
      events.add(new Event.Ended(Optional.empty()));
    } catch (IOException e) {
      events.add(new Event.Ended(Optional.of(e)));
    }
  }
}
