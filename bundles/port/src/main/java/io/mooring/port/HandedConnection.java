package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.util.Optional;

/** A front-end's connection, whichever transport carries it. */
final class HandedConnection extends Handed<Connection> implements Connection {

  private static final int NONE = -1;

  private final Os os;

  /** Guarded by this. */
  private int duplicate = NONE;

  HandedConnection(String port, PortRooms rooms, Connection open, Provider<Transport> by) {
    super(port, rooms, open, by);
    os = rooms.os();
  }

  @Override
  Connection adoptedBy(Transport other, Connection open) throws IOException {
    return other.adopt(duplicateFor(open));
  }

  private synchronized int duplicateFor(Connection open) throws IOException {
    if (duplicate == NONE) {
      // Kept: who is on probation is not to be asked on the way back.
      duplicate = os.duplicate(open.descriptor());
    }
    return os.duplicate(duplicate);
  }

  @Override
  void leave(Connection open) {
    open.leave();
  }

  @Override
  synchronized boolean ready() {
    try {
      return duplicate != NONE && os.awaitReadable(duplicate, 0);
    } catch (IOException broken) {
      return false;
    }
  }

  @Override
  synchronized void closeDuplicates() {
    if (duplicate != NONE) {
      os.close(duplicate);
      duplicate = NONE;
    }
  }

  @Override
  public void await() throws IOException {
    await(HandedConnection::awaitMessage);
  }

  private static Optional<Message> awaitMessage(Holding<Connection> with) throws IOException {
    with.open().await();
    return Optional.empty();
  }

  @Override
  public int descriptor() {
    return ask(Connection::descriptor);
  }

  /** Who fails may have taken the message: then nobody could answer it. */
  @Override
  public Optional<Message> receive() throws IOException {
    return use(with -> with.open().receive(), this::ready);
  }

  /** Who fails may have sent it. */
  @Override
  public void send(Message message) throws IOException {
    use(
        with -> {
          with.open().send(message);
          return null;
        },
        () -> false);
  }

  @Override
  public Peer peer() throws IOException {
    return use(with -> with.open().peer());
  }

  @Override
  public void leave() {
    ask(open -> {
      open.leave();
      return null;
    });
  }

  @Override
  public void close() {
    end();
  }
}
