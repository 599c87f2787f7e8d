package io.mooring.port;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/** A transport as it should be, but for what a test puts in its way. */
final class TamperedTransport implements Transport {

  /** Nothing, a failure, or a long time. */
  interface Tampering {
    void happen() throws IOException;
  }

  private static final Tampering NONE = () -> {};

  private final Transport whole;
  volatile Tampering beforeListening = NONE;
  volatile Tampering beforeAdopting = NONE;
  volatile Tampering beforeWaiting = NONE;
  volatile Tampering beforeReceiving = NONE;
  volatile Tampering afterReceiving = NONE;
  volatile Tampering beforeSending = NONE;
  volatile Tampering beforeAccepting = NONE;
  volatile Tampering beforeDescribing = NONE;
  volatile Tampering beforeRemoving = NONE;

  TamperedTransport(Transport whole) {
    this.whole = whole;
  }

  @Override
  public Listener listener() throws IOException {
    beforeListening.happen();
    return new TamperedListener(whole.listener());
  }

  @Override
  public Connection connect(Path path) throws IOException {
    return new TamperedConnection(whole.connect(path));
  }

  @Override
  public Connection adopt(int descriptor) throws IOException {
    Connection adopted = whole.adopt(descriptor);
    try {
      beforeAdopting.happen();
    } catch (IOException failure) {
      adopted.leave();
      throw failure;
    }
    return new TamperedConnection(adopted);
  }

  private static void unchecked(Tampering tampering) {
    try {
      tampering.happen();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private final class TamperedConnection implements Connection {

    private final Connection connection;

    TamperedConnection(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void await() throws IOException {
      beforeWaiting.happen();
      connection.await();
    }

    @Override
    public int descriptor() {
      return connection.descriptor();
    }

    @Override
    public Optional<Message> receive() throws IOException {
      beforeReceiving.happen();
      Optional<Message> message = connection.receive();
      afterReceiving.happen();
      return message;
    }

    @Override
    public void send(Message message) throws IOException {
      beforeSending.happen();
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

  private final class TamperedListener implements Listener {

    private final Listener listener;

    TamperedListener(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void add(Path path) throws IOException {
      listener.add(path);
    }

    @Override
    public void adopt(Path path, int descriptor) throws IOException {
      listener.adopt(path, descriptor);
      beforeAdopting.happen();
    }

    @Override
    public SortedMap<Path, Integer> descriptors() {
      unchecked(beforeDescribing);
      return listener.descriptors();
    }

    @Override
    public void hold(boolean still) throws IOException {
      listener.hold(still);
    }

    @Override
    public void remove(Path path) {
      unchecked(beforeRemoving);
      listener.remove(path);
    }

    @Override
    public Optional<Arrival> accept() throws IOException {
      beforeAccepting.happen();
      return listener.accept();
    }

    @Override
    public void leave() {
      listener.leave();
    }

    @Override
    public void close() {
      listener.close();
    }
  }
}
