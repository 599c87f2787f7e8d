package io.mooring.port;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Transport;
import io.mooring.api.upgrade.UpgradeException;
import io.mooring.port.HandedListener.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port's one berth: the front-end that is served, from its coming to its going. What it says is
 * obeyed on the thread of its connection.
 */
final class Berth {

  private static final Logger LOG = LoggerFactory.getLogger(Berth.class);

  /** How long a new connection waits for the one before it to be cleaned up. */
  private static final long HANDOVER_MILLIS = 1000;

  /** The same at another socket of the port, where who comes is rather a mistake. */
  private static final long GLANCE_MILLIS = 100;

  /** How long who connects in the middle of a swap waits for its end. */
  private static final long SWAP_MILLIS = 2000;

  /** How long a message may take, and a front-end to come or to go, before an upgrade. */
  private static final Duration STEP = Duration.ofSeconds(2);

  private final VhostPort port;
  private final SocketLoop loop;

  /** Held by the connection that is served. */
  private final Semaphore taken = new Semaphore(1);

  /** Shut while front-ends wait for another process. */
  private final Gate gate = new Gate();

  private volatile HandedConnection served;
  private volatile Optional<Conversation> conversation = Optional.empty();

  /** The socket of the front-end that is served, until it has gone. */
  private volatile Path visited;

  Berth(VhostPort port, SocketLoop loop) {
    this.port = port;
    this.loop = loop;
  }

  private void apart(Runnable task) {
    Thread.ofPlatform().name("port-" + port.name() + "-connection").daemon().start(task);
  }

  /** Serves on whom another process served. */
  void goOn(PortSockets mine, PortArrival.Guest guest) {
    taken.acquireUninterruptibly();
    mine.hold(guest.path());
    apart(() -> {
      try {
        goOn(guest);
      } finally {
        mine.release();
        taken.release();
      }
    });
  }

  /** Serves on whom another process had dialled. */
  void goOn(PortArrival.Guest guest) {
    try (HandedConnection connection = adopted(guest.descriptor())) {
      serve(connection, guest.path(), () -> arrived(guest.session()));
    } catch (IOException failure) {
      if (!loop.closed()) {
        LOG.error("port {}: {}", port.name(), failure.getMessage());
      }
      port.end();
    }
  }

  /** Whoever ended it meanwhile did not see the connection. */
  private Optional<PortSession> arrived(PortSession session) {
    return loop.closed() || session.faulted() ? Optional.empty() : Optional.of(session);
  }

  private HandedConnection adopted(int descriptor) throws IOException {
    Optional<Provider<Transport>> transport = loop.awaitRooms();
    if (transport.isEmpty()) {
      port.rooms().os().close(descriptor);
      throw new IOException("the port ends");
    }
    return handed(transport.get().service().adopt(descriptor), transport.get());
  }

  /** Dials, unless front-ends are to wait. */
  HandedConnection connect(Provider<Transport> transport, Path path) throws IOException {
    gate.enter();
    try {
      return handed(transport.service().connect(path), transport);
    } finally {
      gate.leave();
    }
  }

  private HandedConnection handed(Connection connection, Provider<Transport> by) {
    return new HandedConnection(port.name(), port.rooms(), connection, by);
  }

  /** Serves a connection, unless another one is being served. */
  void admit(PortSockets mine, Caller caller) {
    apart(() -> admitHere(mine, caller));
  }

  private void admitHere(PortSockets mine, Caller caller) {
    HandedConnection connection = caller.connection();
    try {
      if (berthed(caller.path())) {
        try {
          mine.hold(caller.path());
          Optional<String> chosen = mine.profile(caller.path());
          serve(connection, caller.path(), () -> begin(connection, chosen));
        } finally {
          mine.release();
          taken.release();
        }
      } else {
        LOG.warn(
            "port {}: a second front-end{} is refused{} while one is connected",
            port.name(),
            who(connection),
            mine.profile(caller.path()).map(" at the socket of profile "::concat).orElse(""));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
    }
  }

  /**
   * Whether the berth is this connection's now. One that has just ended is waited for: at its own
   * socket a front-end that was restarted may be faster than its end is seen.
   */
  private boolean berthed(Path path) throws InterruptedException {
    boolean same = path.equals(visited);
    return taken.tryAcquire(same ? HANDOVER_MILLIS : GLANCE_MILLIS, TimeUnit.MILLISECONDS)
        || (visited == null && taken.tryAcquire(HANDOVER_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** Serves who was dialled. */
  void serve(HandedConnection connection, Path path) {
    serve(connection, path, () -> begin(connection, Optional.empty()));
  }

  private Optional<PortSession> begin(Connection connection, Optional<String> chosen) {
    Optional<PortSession> session =
        loop.awaitRooms(SWAP_MILLIS).flatMap(any -> port.begin(pid(connection), chosen));
    if (session.isPresent()) {
      LOG.info("port {}: front-end{} connected", port.name(), who(connection));
    } else if (!loop.closed()) {
      LOG.warn(
          "port {}: front-end{} is refused: {}",
          port.name(),
          who(connection),
          port.needs().why(chosen));
    }
    return session;
  }

  private void serve(
      HandedConnection connection, Path path, Supplier<Optional<PortSession>> beginning) {
    // In this order: who closes the port sees the connection, or is seen here.
    served = connection;
    visited = path;
    // It may have come while the transport was being replaced.
    loop.followQuietly();
    try {
      Optional<PortSession> session = beginning.get();
      if (session.isPresent()) {
        loop.tell();
        conversation = Optional.of(conversation(connection, session.get()));
        if (conversation.get().hold()) {
          LOG.info("port {}: front-end disconnected", port.name());
        }
      }
    } catch (IOException | ProtocolException failure) {
      LOG.warn("port {}: {}; connection closed", port.name(), failure.getMessage());
    } catch (RuntimeException | Error failure) {
      LOG.error("port {}: internal error; connection closed", port.name(), failure);
    } finally {
      connection.close();
      conversation = Optional.empty();
      served = null;
      visited = null;
      port.end();
      loop.tell();
    }
  }

  private Conversation conversation(Connection connection, PortSession session) {
    return new Conversation(port, connection, session, gate, loop::closed, loop::awaitChange);
  }

  private static String who(Connection connection) {
    long pid = pid(connection);
    return pid == 0 ? "" : " (process %d)".formatted(pid);
  }

  private static long pid(Connection connection) {
    try {
      return connection.peer().pid();
    } catch (IOException unknown) {
      return 0;
    }
  }

  /**
   * Lets front-ends wait, the one that is connected and any that connects, until {@link #goOn()}:
   * what they say stays in their sockets, for whoever reads them then.
   *
   * @throws UpgradeException when a front-end comes or goes for too long; one line. Then those that
   *     wait still do
   */
  void hold() throws UpgradeException, InterruptedException {
    if (served != null && port.rooms().protocol().service().isEmpty()) {
      // A message may be read and not obeyed: nobody else would find it.
      throw new UpgradeException(
          "port %s: its messages wait for the protocol bundle; bring one, then try again"
              .formatted(port.name()));
    }
    if (!gate.shut(STEP)) {
      LOG.warn(
          "port {}: the front-end stopped in the middle of a message; connection closed",
          port.name());
      disconnect();
      if (!gate.shut(STEP)) {
        throw new UpgradeException(
            "port %s: a message is being obeyed for too long".formatted(port.name()));
      }
    }
    for (long left = STEP.toMillis(); !settled(); left--) {
      if (left == 0) {
        throw new UpgradeException(
            "port %s: a front-end is just coming or going; try again".formatted(port.name()));
      }
      Thread.sleep(1);
    }
  }

  private boolean settled() {
    return served == null
        ? !port.connected()
        : conversation.map(each -> !each.over()).orElse(false);
  }

  /** Front-ends wait no longer. */
  void goOn() {
    gate.open();
  }

  /** The connection's socket, and the path that it came to; while {@link #hold} lasts. */
  Optional<Map.Entry<Path, Integer>> connected() {
    Connection connection = served;
    return connection == null
        ? Optional.empty()
        : Optional.of(Map.entry(visited, connection.descriptor()));
  }

  /** Puts the connection that is served, if any, into the hands of another transport. */
  void follow(Provider<Transport> transport) throws IOException, InterruptedException {
    HandedConnection connection = served;
    if (connection != null) {
      connection.move(transport);
    }
  }

  /** Whether it has something to tell, and the transport does not tell it. */
  boolean stalls() {
    HandedConnection connection = served;
    return connection != null && connection.stalls();
  }

  /** Ends the connection that is served, if any; any thread. */
  void disconnect() {
    Connection connection = served;
    if (connection != null) {
      connection.close();
    }
  }

  /** Ends the connection and waits until it is cleaned up. */
  void close() throws InterruptedException {
    gate.open();
    disconnect();
    taken.acquire();
    taken.release();
  }
}
