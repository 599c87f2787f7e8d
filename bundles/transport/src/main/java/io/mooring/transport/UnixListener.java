package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Listening sockets with one poller, so that a thread waits for all of them. */
final class UnixListener implements Listener {

  /** So long at most; who closes the listener wakes it before. */
  private static final int WAIT_MILLIS = 60_000;

  private final UnixTransport transport;
  private final Os os;
  private final Poller poller;
  private final int wake;
  private final Map<Integer, ListeningSocket> byDescriptor = new HashMap<>();
  private final Map<Path, ListeningSocket> byPath = new HashMap<>();

  /** Whether a thread waits, which then frees what it waits with. */
  private boolean waiting;

  /** Whether who connects is left waiting. */
  private boolean held;

  private boolean closed;

  UnixListener(UnixTransport transport, Os os) throws IOException {
    this.transport = transport;
    this.os = os;
    poller = os.poller();
    int eventfd = -1;
    try {
      eventfd = os.eventfd();
      poller.add(eventfd);
    } catch (IOException failure) {
      poller.close();
      if (eventfd >= 0) {
        os.close(eventfd);
      }
      throw failure;
    }
    wake = eventfd;
  }

  @Override
  public synchronized void add(Path path) throws IOException {
    if (closed) {
      throw new IOException("cannot listen at %s: the listener is closed".formatted(path));
    }
    ListeningSocket socket = transport.bind(path);
    try {
      watch(socket);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  @Override
  public synchronized void adopt(Path path, int descriptor) throws IOException {
    watch(transport.adoptListening(path, descriptor));
  }

  private void watch(ListeningSocket socket) throws IOException {
    if (!held) {
      poller.add(socket.descriptor());
    }
    byDescriptor.put(socket.descriptor(), socket);
    byPath.put(socket.path(), socket);
  }

  @Override
  public synchronized SortedMap<Path, Integer> descriptors() {
    var descriptors = new TreeMap<Path, Integer>();
    byPath.forEach((path, socket) -> descriptors.put(path, socket.descriptor()));
    return descriptors;
  }

  @Override
  public void hold(boolean still) throws IOException {
    List<ListeningSocket> all;
    synchronized (this) {
      if (held == still) {
        return;
      }
      held = still;
      all = List.copyOf(byPath.values());
      for (ListeningSocket each : all) {
        if (still) {
          poller.remove(each.descriptor());
        } else {
          poller.add(each.descriptor());
        }
      }
    }
    all.forEach(ListeningSocket::settle);
  }

  @Override
  public synchronized void remove(Path path) {
    ListeningSocket socket = byPath.get(path);
    if (socket != null) {
      unwatch(socket);
      socket.close();
    }
  }

  private void unwatch(ListeningSocket socket) {
    byPath.remove(socket.path());
    byDescriptor.remove(socket.descriptor());
    poller.remove(socket.descriptor());
  }

  @Override
  public Optional<Arrival> accept() throws IOException {
    if (!begin()) {
      return Optional.empty();
    }
    try {
      int[] ready = new int[1];
      while (!isClosed()) {
        if (poller.await(ready, WAIT_MILLIS) > 0) {
          Optional<Arrival> arrival = acceptAt(ready[0]);
          if (arrival.isPresent()) {
            return arrival;
          }
        }
      }
      return Optional.empty();
    } finally {
      end();
    }
  }

  private Optional<Arrival> acceptAt(int descriptor) throws IOException {
    Optional<ListeningSocket> socket = socket(descriptor);
    if (socket.isEmpty()) {
      return Optional.empty();
    }
    Optional<Connection> connection = socket.get().accept();
    if (connection.isPresent()) {
      watchAgain(socket.get());
    }
    return connection.map(each -> new Arrival(socket.get().path(), each));
  }

  private synchronized Optional<ListeningSocket> socket(int descriptor) {
    return held ? Optional.empty() : Optional.ofNullable(byDescriptor.get(descriptor));
  }

  /** The poller tells once of all who are there: of those behind the first it must tell anew. */
  private synchronized void watchAgain(ListeningSocket socket) throws IOException {
    if (!held && byDescriptor.get(socket.descriptor()) == socket) {
      poller.remove(socket.descriptor());
      poller.add(socket.descriptor());
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean begin() {
    waiting = !closed;
    return waiting;
  }

  private synchronized void end() {
    waiting = false;
    if (closed) {
      free();
    }
  }

  @Override
  public synchronized void leave() {
    if (!closed) {
      List<ListeningSocket> all = List.copyOf(byPath.values());
      all.forEach(this::unwatch);
      all.forEach(ListeningSocket::leave);
      shut();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      byPath.keySet().stream().toList().forEach(this::remove);
      shut();
    }
  }

  private void shut() {
    closed = true;
    if (waiting) {
      os.signal(wake);
    } else {
      free();
    }
  }

  private void free() {
    poller.close();
    os.close(wake);
  }
}
