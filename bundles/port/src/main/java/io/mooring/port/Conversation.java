package io.mooring.port;

import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a front-end says and what it hears, message after message: on the thread of its connection.
 */
final class Conversation {

  /** Who answers a front-end. */
  interface Side {

    /** The port's name. */
    String name();

    PortRooms rooms();

    /** Guards the session; held while a message is obeyed. */
    ReentrantLock lock();

    /** Touches nothing of the guest any more; the connection is about to end. */
    void silence(String reason);
  }

  /** Between the last word and the end: what a front-end says together with it comes sooner. */
  private static final Duration PARTING = Duration.ofMillis(500);

  private final Side port;
  private final PortRooms rooms;
  private final Connection connection;
  private final PortSession session;
  private final Gate gate;
  private final BooleanSupplier closed;
  private final Runnable await;

  private volatile boolean over;

  /**
   * @param gate a step is a message, from its first byte to the answer's last
   * @param closed whether the port ends
   * @param await waits for a change of the rooms, but not for long
   */
  Conversation(
      Side port,
      Connection connection,
      PortSession session,
      Gate gate,
      BooleanSupplier closed,
      Runnable await) {
    this.port = port;
    this.connection = connection;
    this.session = session;
    this.gate = gate;
    this.closed = closed;
    this.await = await;
    rooms = port.rooms();
  }

  /** Obeys messages until the connection ends; returns whether the front-end ended it. */
  boolean hold() throws IOException, ProtocolException {
    try {
      return obeyAll();
    } catch (IOException | ProtocolException failure) {
      // Where the connection was ended here, it was told why.
      if (closed.getAsBoolean() || session.faulted()) {
        return false;
      }
      throw failure;
    }
  }

  private boolean obeyAll() throws IOException, ProtocolException {
    while (obeyNext()) {
      // Until the end.
    }
    return !closed.getAsBoolean() && !session.faulted();
  }

  /** Obeys one message; returns false when there is none any more. */
  private boolean obeyNext() throws IOException, ProtocolException {
    connection.await();
    return obeyOne();
  }

  private boolean obeyOne() throws IOException, ProtocolException {
    gate.enter();
    try {
      Optional<Message> message = connection.receive();
      if (message.isPresent()) {
        answer(message.get());
      }
      over = message.isEmpty();
      return !over;
    } catch (IOException | ProtocolException | RuntimeException | Error failure) {
      over = true;
      throw failure;
    } finally {
      gate.leave();
    }
  }

  /** Whether it has ended, or is about to. */
  boolean over() {
    return over;
  }

  private void answer(Message message) throws IOException, ProtocolException {
    Optional<Message> answer;
    try {
      answer = obey(message);
    } catch (ProtocolException wrong) {
      answer = lastWord(wrong);
    } finally {
      for (int descriptor : message.unclaimed()) {
        rooms.os().close(descriptor);
      }
    }
    if (answer.isPresent()) {
      send(answer.get());
    }
  }

  /** What the front-end hears before the connection ends; it may say more until then. */
  private Optional<Message> lastWord(ProtocolException wrong) throws ProtocolException {
    if (wrong.lastWord().isEmpty() || session.faulted()) {
      throw wrong;
    }
    port.silence(wrong.getMessage());
    Thread.ofVirtual()
        .start(() -> {
          LockSupport.parkNanos(PARTING.toNanos());
          connection.close();
        });
    return wrong.lastWord();
  }

  private void send(Message answer) throws IOException {
    try {
      connection.send(answer);
    } finally {
      for (int descriptor : answer.unclaimed()) {
        rooms.os().close(descriptor);
      }
    }
  }

  private Optional<Message> obey(Message message) throws ProtocolException {
    Optional<Protocol> protocol = rooms.protocol().service();
    while (protocol.isEmpty() && !closed.getAsBoolean()) {
      await.run();
      protocol = rooms.protocol().service();
    }
    port.lock().lock();
    try {
      return protocol.isPresent() ? obey(protocol.get(), message) : Optional.empty();
    } finally {
      port.lock().unlock();
    }
  }

  /**
   * A protocol on probation that fails is not the front-end's affair: the one before it goes on.
   */
  private Optional<Message> obey(Protocol protocol, Message message) throws ProtocolException {
    int descriptors = message.descriptorCount();
    int position = message.payload().position();
    try {
      return protocol.handle(message, session);
    } catch (RuntimeException | LinkageError failure) {
      String why =
          "port %s: request %d: the protocol throws %s"
              .formatted(port.name(), message.request(), failure);
      boolean whole = message.descriptorCount() == descriptors;
      Optional<Protocol> before =
          rooms.goBack(protocol, why) ? rooms.protocol().service() : Optional.empty();
      if (!whole || before.isEmpty()) {
        throw failure;
      }
      message.payload().position(position);
      return before.get().handle(message, session);
    }
  }
}
