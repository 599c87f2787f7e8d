package io.mooring.container.broken;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Transport;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The transport as it is in a rehearsal; what it opens or adopts later is broken. */
abstract class BrokenTransport implements Transport {

  /** Messages are rehearsed with one, and a VM's coming and going with another. */
  private static final int REHEARSED_LISTENERS = 2;

  private final Transport transport;
  private int listeners;
  private int adopted;

  BrokenTransport(Os os) {
    transport = new UnixTransport(os);
  }

  Connection spoil(Connection connection) {
    return connection;
  }

  Listener spoil(Listener listener) {
    return listener;
  }

  @Override
  public Listener listener() throws IOException {
    Listener listener = transport.listener();
    return ++listeners > REHEARSED_LISTENERS ? spoil(listener) : listener;
  }

  @Override
  public Connection connect(Path path) throws IOException {
    return transport.connect(path);
  }

  @Override
  public Connection adopt(int descriptor) throws IOException {
    Connection connection = transport.adopt(descriptor);
    return ++adopted > 1 ? spoil(connection) : connection;
  }

  /** Throws when it is to wait for a message. */
  public static final class ThrowsInAwait extends BrokenTransport {

    /** A transport by {@code os}. */
    public ThrowsInAwait(Os os) {
      super(os);
    }

    @Override
    Connection spoil(Connection connection) {
      return Otherwise.in(
          Connection.class,
          connection,
          "await",
          (_, _) -> {
            throw new IllegalStateException("no patience");
          });
    }
  }

  /** Accepts nobody. */
  public static final class Deaf extends BrokenTransport {

    private static final Duration LONG = Duration.ofHours(1);

    /** A transport by {@code os}. */
    public Deaf(Os os) {
      super(os);
    }

    @Override
    Listener spoil(Listener listener) {
      return Otherwise.in(
          Listener.class,
          listener,
          "accept",
          (whole, _) -> {
            try {
              Thread.sleep(LONG);
            } catch (InterruptedException interrupted) {
              throw new IOException(interrupted);
            }
            return whole.accept();
          });
    }
  }

  /** Loses the descriptors of messages, from the beginning. */
  public static final class LosesDescriptors extends BrokenTransport {

    /** A transport by {@code os}. */
    public LosesDescriptors(Os os) {
      super(os);
    }

    @Override
    public Connection connect(Path path) throws IOException {
      return Otherwise.in(
          Connection.class,
          super.connect(path),
          "send",
          (whole, arguments) -> {
            var message = (Message) arguments[0];
            whole.send(new Message(message.request(), message.flags(), message.payload()));
            return null;
          });
    }
  }
}
