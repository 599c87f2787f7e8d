package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port's listening sockets, whichever transport accepts at them. */
final class HandedListener extends Handed<Listener> implements Listener {

  private static final Logger LOG = LoggerFactory.getLogger(HandedListener.class);

  private final Os os;

  /**
   * Of all sockets from their beginning on, so that the next one can have them whatever becomes of
   * who opened them. Guarded by this.
   */
  private final Map<Path, Integer> duplicates = new TreeMap<>();

  /** Those that have no duplicate and need one to go to another transport. Guarded by this. */
  private final Set<Path> later = new HashSet<>();

  private volatile boolean held;

  /** Somebody who connected at a path, in the hands of the transport that accepted. */
  record Caller(Path path, HandedConnection connection) {}

  HandedListener(String port, PortRooms rooms, Listener open, Provider<Transport> by) {
    super(port, rooms, open, by);
    os = rooms.os();
  }

  @Override
  Listener adoptedBy(Transport other, Listener open) throws IOException {
    for (Path each : later()) {
      duplicateNow(each, open);
    }
    Listener next = other.listener();
    still(open);
    try {
      next.hold(held);
      for (Map.Entry<Path, Integer> each : duplicates().entrySet()) {
        next.adopt(each.getKey(), os.duplicate(each.getValue()));
      }
      return next;
    } catch (IOException | RuntimeException | LinkageError failure) {
      next.leave();
      open.hold(held);
      throw failure;
    }
  }

  /** Nobody is accepted any more by one whom nobody will ask, unless he is too broken for it. */
  private void still(Listener open) {
    try {
      open.hold(true);
    } catch (IOException | RuntimeException | LinkageError broken) {
      LOG.debug("port {}: {}", port(), broken.toString());
    }
  }

  private synchronized Map<Path, Integer> duplicates() {
    return Map.copyOf(duplicates);
  }

  @Override
  void leave(Listener open) {
    open.leave();
  }

  @Override
  synchronized boolean ready() {
    return !held && duplicates.values().stream().anyMatch(this::ready);
  }

  private boolean ready(int descriptor) {
    try {
      return os.awaitReadable(descriptor, 0);
    } catch (IOException broken) {
      return false;
    }
  }

  @Override
  synchronized void closeDuplicates() {
    duplicates.values().forEach(os::close);
    duplicates.clear();
  }

  @Override
  public void add(Path path) throws IOException {
    use(with -> {
      with.open().add(path);
      keep(path, with.open());
      return null;
    });
  }

  /** Who fails has closed the descriptor. */
  @Override
  public void adopt(Path path, int descriptor) throws IOException {
    use(
        with -> {
          with.open().adopt(path, descriptor);
          duplicateNowOrLater(path, with.open());
          return null;
        },
        () -> false);
  }

  private void keep(Path path, Listener open) throws IOException {
    try {
      duplicate(path, open);
    } catch (IOException | RuntimeException | LinkageError failure) {
      open.remove(path);
      throw failure;
    }
  }

  /** Somebody is connected there, and may never need another transport. */
  private void duplicateNowOrLater(Path path, Listener open) {
    try {
      duplicate(path, open);
    } catch (IOException | RuntimeException | LinkageError failure) {
      LOG.warn(
          "port {}: {} cannot go to another transport yet: {}", port(), path, failure.toString());
      later(path);
    }
  }

  private void duplicateNow(Path path, Listener open) throws IOException {
    try {
      duplicate(path, open);
    } catch (IOException failure) {
      throw stays(path, failure.getMessage(), failure);
    } catch (RuntimeException | LinkageError failure) {
      throw stays(path, failure.toString(), failure);
    }
  }

  private IOException stays(Path path, String why, Throwable failure) {
    return new IOException(
        "port %s: %s cannot go to another transport: %s".formatted(port(), path, why), failure);
  }

  private synchronized void later(Path path) {
    later.add(path);
  }

  private synchronized Set<Path> later() {
    return Set.copyOf(later);
  }

  private void duplicate(Path path, Listener open) throws IOException {
    Integer descriptor = open.descriptors().get(path);
    synchronized (this) {
      if (closed() || descriptor == null) {
        throw new IOException("port %s: nobody listens at %s any more".formatted(port(), path));
      }
      duplicates.put(path, os.duplicate(descriptor));
      later.remove(path);
    }
  }

  @Override
  public SortedMap<Path, Integer> descriptors() {
    return ask(Listener::descriptors);
  }

  @Override
  public void hold(boolean still) throws IOException {
    use(with -> {
      with.open().hold(still);
      held = still;
      return null;
    });
  }

  @Override
  public void remove(Path path) {
    try {
      ask(open -> {
        open.remove(path);
        forget(path);
        return null;
      });
    } catch (RuntimeException | LinkageError broken) {
      forget(path);
      throw broken;
    }
  }

  private synchronized void forget(Path path) {
    later.remove(path);
    Integer duplicate = duplicates.remove(path);
    if (duplicate != null) {
      os.close(duplicate);
    }
  }

  /** Waits for the next caller; empty when this was closed. */
  Optional<Caller> next() throws IOException {
    return await(this::awaitCaller);
  }

  private Optional<Caller> awaitCaller(Holding<Listener> with) throws IOException {
    return with.open()
        .accept()
        .map(arrival ->
            new Caller(
                arrival.path(),
                new HandedConnection(port(), rooms(), arrival.connection(), with.by())));
  }

  @Override
  public Optional<Arrival> accept() throws IOException {
    return next().map(caller -> new Arrival(caller.path(), caller.connection()));
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
