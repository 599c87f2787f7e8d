package io.mooring.frontend;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Stands between a front-end and a back-end and passes messages on: the front-end's as a rule says,
 * the back-end's as they are. Whoever connects again is passed on again. Has threads of its own;
 * any thread may use it.
 */
public final class GoBetween implements AutoCloseable {

  private final Os os;
  private final Transport transport;
  private final Path backEnd;
  private final Listener listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile Function<Message, List<Message>> rule = List::of;
  private volatile Set<Integer> silenced = Set.of();
  private volatile Connection latest;

  private GoBetween(Os os, Transport transport, Path socket, Path backEnd) throws IOException {
    this.os = os;
    this.transport = transport;
    this.backEnd = backEnd;
    listener = transport.listener();
    listener.add(socket);
    Thread.ofPlatform().daemon().name("go-between").start(this::accept);
  }

  /**
   * Listens at a socket for front-ends.
   *
   * @param backEnd the socket that each of them is passed on to
   */
  public static GoBetween at(Os os, Transport transport, Path socket, Path backEnd)
      throws IOException {
    return new GoBetween(os, transport, socket, backEnd);
  }

  /**
   * What the back-end gets instead of each message of the front-end, on the connection's thread.
   * Descriptors belong to the message that was given.
   */
  public void rule(Function<Message, List<Message>> wanted) {
    rule = wanted;
  }

  /** A message with the same descriptors and a part of its payload. */
  public static Message cut(Message message, int bytes) {
    ByteBuffer payload = message.payload().duplicate();
    payload.limit(payload.position() + bytes);
    return new Message(message.request(), message.flags(), payload, message.unclaimed());
  }

  /** The same message without descriptors. */
  public static Message withoutDescriptors(Message message) {
    return new Message(message.request(), message.flags(), message.payload().duplicate());
  }

  /** The same message once more, whose answer the front-end does not get. */
  public Message again(Message message) {
    silenced = Set.of(message.request());
    return cut(message, message.payload().remaining());
  }

  /**
   * Says something to the back-end that the front-end knows nothing of. Descriptors stay the
   * caller's.
   *
   * @param answered whether the back-end answers, which the front-end does not get
   */
  public void say(Message message, boolean answered) throws IOException {
    Connection back = latest;
    if (back == null) {
      throw new IOException("nobody has connected");
    }
    if (answered) {
      silenced = Set.of(message.request());
    }
    back.send(message);
  }

  private void accept() {
    try {
      for (Optional<Listener.Arrival> next = listener.accept();
          next.isPresent();
          next = listener.accept()) {
        Connection front = next.get().connection();
        Connection back = transport.connect(backEnd);
        connections.addAll(List.of(front, back));
        latest = back;
        pump(front, back, message -> rule.apply(message));
        pump(back, front, this::answered);
      }
    } catch (IOException e) {
      // The front-end finds its connection closed, and the test that.
      close();
    }
  }

  private List<Message> answered(Message answer) {
    if (silenced.contains(answer.request())) {
      silenced = Set.of();
      return List.of();
    }
    return List.of(answer);
  }

  private void pump(Connection from, Connection to, Function<Message, List<Message>> change) {
    Thread.ofPlatform()
        .daemon()
        .name("pump")
        .start(() -> {
          try (from;
              to) {
            for (Optional<Message> next = from.receive(); next.isPresent(); next = from.receive()) {
              pass(next.get(), to, change);
            }
          } catch (IOException e) {
            // One side has gone, and so does the other.
          }
        });
  }

  private void pass(Message message, Connection to, Function<Message, List<Message>> change)
      throws IOException {
    try {
      for (Message each : change.apply(message)) {
        to.send(each);
      }
    } finally {
      for (int descriptor : message.claim()) {
        os.close(descriptor);
      }
    }
  }

  @Override
  public void close() {
    listener.close();
    connections.forEach(Connection::close);
  }
}
