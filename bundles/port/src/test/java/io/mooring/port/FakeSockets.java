package io.mooring.port;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** Sockets without a kernel: the test is the front-end. */
final class FakeSockets implements Transport {

  /** A descriptor that is open. */
  private static final int STANDARD_ERROR = 2;

  /** What a connection that ended looks like to who waits for it. */
  private record Event<T>(Optional<T> it) {}

  /** Who connects; a listener that closes takes its queue with it. */
  private volatile BlockingQueue<Event<Listener.Arrival>> arriving = new LinkedBlockingQueue<>();

  /** The paths that listen, in the order in which they came. */
  final List<Path> paths = new CopyOnWriteArrayList<>();

  /** Why nobody can listen, if not null. */
  volatile String refusal;

  /** Taken while a socket is opened: who has it keeps ports from listening. */
  final Semaphore turnstile = new Semaphore(1);

  /** Who a dialling port reaches; nobody when null. */
  volatile Wire answering;

  volatile int dials;

  /** Whether a socket has its file. */
  volatile boolean files;

  /** A front-end connects to the port that listened last. */
  Wire connect() {
    return arrive(paths.isEmpty() ? Path.of("/nowhere") : paths.getLast());
  }

  /** A front-end connects to a path of the listening port. */
  Wire arrive(Path path) {
    Wire wire = new Wire();
    arriving.add(new Event<>(Optional.of(new Listener.Arrival(path, wire))));
    return wire;
  }

  boolean listening() {
    return !paths.isEmpty();
  }

  @Override
  public Listener listener() {
    BlockingQueue<Event<Listener.Arrival>> mine = new LinkedBlockingQueue<>();
    List<Path> added = new CopyOnWriteArrayList<>();
    arriving = mine;
    return new Listener() {

      @Override
      public void add(Path path) throws IOException {
        turnstile.acquireUninterruptibly();
        turnstile.release();
        if (refusal != null) {
          throw new IOException(refusal);
        }
        if (files) {
          Files.createFile(path);
        }
        added.add(path);
        paths.add(path);
      }

      @Override
      public void adopt(Path path, int descriptor) {
        added.add(path);
        paths.add(path);
      }

      @Override
      public SortedMap<Path, Integer> descriptors() {
        var descriptors = new TreeMap<Path, Integer>();
        added.forEach(path -> descriptors.put(path, STANDARD_ERROR));
        return descriptors;
      }

      @Override
      public void hold(boolean still) {}

      @Override
      public void remove(Path path) {
        if (added.remove(path)) {
          paths.remove(path);
          if (files) {
            delete(path);
          }
        }
      }

      @Override
      public Optional<Arrival> accept() throws IOException {
        try {
          return mine.take().it();
        } catch (InterruptedException interrupted) {
          throw new IOException(interrupted);
        }
      }

      @Override
      public void leave() {
        mine.add(new Event<>(Optional.empty()));
      }

      @Override
      public void close() {
        added.forEach(this::remove);
        mine.add(new Event<>(Optional.empty()));
      }
    };
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public synchronized Connection connect(Path path) throws IOException {
    dials++;
    if (answering == null) {
      throw new IOException("nobody listens at " + path);
    }
    Wire wire = answering;
    answering = null;
    return wire;
  }

  @Override
  public Connection adopt(int descriptor) {
    return new Wire();
  }

  /** A connection; what the test does is named as the front-end sees it. */
  static final class Wire implements Connection {

    final List<Message> answers = new CopyOnWriteArrayList<>();
    volatile boolean closed;
    private final BlockingQueue<Event<Message>> messages = new LinkedBlockingQueue<>();

    void send(int request, int... descriptors) {
      messages.add(
          new Event<>(Optional.of(new Message(request, 1, ByteBuffer.allocate(0), descriptors))));
    }

    void hangUp() {
      messages.add(new Event<>(Optional.empty()));
    }

    @Override
    public void await() {}

    @Override
    public int descriptor() {
      return -1;
    }

    @Override
    public Optional<Message> receive() throws IOException {
      try {
        return closed && messages.isEmpty() ? Optional.empty() : messages.take().it();
      } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
      }
    }

    @Override
    public void send(Message message) {
      answers.add(message);
    }

    @Override
    public Peer peer() {
      return new Peer(4242, 0, 0);
    }

    @Override
    public void leave() {
      hangUp();
    }

    @Override
    public void close() {
      closed = true;
      hangUp();
    }
  }
}
