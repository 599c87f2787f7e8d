package io.mooring.container.broken;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import java.io.IOException;
import java.util.Optional;

/** A connection as another one is. */
abstract class ForwardingConnection implements Connection {

  private final Connection connection;

  ForwardingConnection(Connection connection) {
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
    return connection.receive();
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
