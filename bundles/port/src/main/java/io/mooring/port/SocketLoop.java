package io.mooring.port;

import io.mooring.api.port.PortState;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port's socket: listens or dials, and carries one front-end's messages at a time to the port's
 * session. Has one thread for the socket, and one for the connection.
 */
final class SocketLoop {

  private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);

  /** Why a port is parked that has all it needs and whose socket is not open yet. */
  static final String OPENING = "waits for its socket";

  private static final long FIRST_DIAL_MILLIS = 50;
  private static final long LAST_DIAL_MILLIS = 1000;

  /** How long a new connection waits for the one before it to be cleaned up. */
  private static final long HANDOVER_MILLIS = 1000;

  /** The same at another socket of the port, where who comes is rather a mistake. */
  private static final long GLANCE_MILLIS = 100;

  /** How long who connects in the middle of a swap waits for its end. */
  private static final long SWAP_MILLIS = 2000;

  /** Far beyond any uptime, and no overflow in nanoseconds. */
  private static final long EVER = TimeUnit.DAYS.toMillis(36_500);

  private final VhostPort port;
  private final PortSettings settings;
  private final PortRooms rooms;
  private final Thread thread;

  /** Held by the connection that is served. */
  private final Semaphore berth = new Semaphore(1);

  /** A permit for each change of the rooms since the one who waits last looked. */
  private final Semaphore changes = new Semaphore(0);

  private volatile boolean closed;

  /** Whether the socket listens or dials. */
  private volatile boolean open;

  private volatile Optional<PortSockets> sockets = Optional.empty();
  private volatile Connection served;

  /** The socket of the front-end that is served, until it has gone. */
  private volatile Path visited;

  SocketLoop(VhostPort port, PortSettings settings, PortRooms rooms) {
    this.port = port;
    this.settings = settings;
    this.rooms = rooms;
    thread = Thread.ofPlatform().name("port-" + settings.name()).daemon().unstarted(this::run);
  }

  /** Begins to listen or to dial as soon as the port can serve. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      if (settings.client()) {
        dial();
      } else {
        listen();
      }
    } catch (RuntimeException | Error failure) {
      // A bundle that cannot be linked, for instance: nobody else would tell.
      LOG.error("port {}: internal error: {}", settings.name(), failure.toString(), failure);
      port.state(PortState.FAILED, "internal error: " + failure);
    }
  }

  /** A room or the profiles changed: whoever waits looks again. Called without the port's lock. */
  void roomsChanged(Rooms.News news) {
    changes.release();
    boolean certain = news == Rooms.News.PROFILES && port.needs().servable();
    sockets.ifPresent(each -> each.update(certain));
    tell();
  }

  /** The paths that listen, by profile, where each profile has one. */
  Map<String, String> sockets() {
    return sockets.map(PortSockets::byProfile).orElse(Map.of());
  }

  /** Tells where the port is now. One at a time, so that the last to tell has seen the last. */
  private synchronized void tell() {
    if (!open || closed || hindered()) {
      return;
    }
    if (port.connected()) {
      port.state(PortState.CONNECTED, "");
    } else {
      port.state(settings.client() ? PortState.CONNECTING : PortState.LISTENING, "");
    }
  }

  /** Whether the port cannot serve now; tells why. */
  private synchronized boolean hindered() {
    String refusal = port.needs().refusal();
    String missing = port.needs().missing();
    if (!refusal.isEmpty()) {
      port.state(PortState.FAILED, refusal);
    } else if (!missing.isEmpty()) {
      port.state(PortState.PARKED, missing);
    }
    return !refusal.isEmpty() || !missing.isEmpty();
  }

  /** Waits for a change since {@code changes} was last drained, at most so long. */
  private void await(long millis) {
    try {
      if (changes.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        changes.drainPermits();
      }
    } catch (InterruptedException interrupted) {
      closed = true;
    }
  }

  /** Waits until the port can serve, at most so long; empty when it cannot or closes instead. */
  private Optional<Transport> awaitRooms(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; left > 0 && !closed; ) {
      changes.drainPermits();
      Optional<Transport> transport = rooms.transport();
      if (!hindered() && transport.isPresent()) {
        return transport;
      }
      await(Math.min(left, LAST_DIAL_MILLIS));
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return Optional.empty();
  }

  private void listen() {
    Optional<Transport> transport = awaitRooms(EVER);
    if (transport.isEmpty()) {
      return;
    }
    port.state(PortState.PARKED, OPENING);
    try (Listener listener = transport.get().listener()) {
      var mine = new PortSockets(settings, rooms.directories(), listener, port.needs()::choice);
      sockets = Optional.of(mine);
      mine.open();
      open = true;
      tell();
      while (!closed) {
        Optional<Listener.Arrival> arrival = listener.accept();
        if (arrival.isEmpty()) {
          break;
        }
        Thread.ofPlatform()
            .name("port-" + settings.name() + "-connection")
            .daemon()
            .start(() -> admit(mine, arrival.get()));
      }
    } catch (IOException failure) {
      if (!closed) {
        open = false;
        LOG.error("port {}: {}", settings.name(), failure.getMessage());
        port.state(PortState.FAILED, failure.getMessage());
      }
    }
  }

  /** Serves a connection, unless another one is being served. */
  private void admit(PortSockets mine, Listener.Arrival arrival) {
    Connection connection = arrival.connection();
    try {
      if (berthed(arrival.path())) {
        try {
          mine.hold(arrival.path());
          serve(connection, arrival.path(), mine.profile(arrival.path()));
        } finally {
          mine.release();
          berth.release();
        }
      } else {
        LOG.warn(
            "port {}: a second front-end{} is refused{} while one is connected",
            settings.name(),
            who(connection),
            mine.profile(arrival.path()).map(" at the socket of profile "::concat).orElse(""));
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
    return berth.tryAcquire(same ? HANDOVER_MILLIS : GLANCE_MILLIS, TimeUnit.MILLISECONDS)
        || (visited == null && berth.tryAcquire(HANDOVER_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void dial() {
    long pause = FIRST_DIAL_MILLIS;
    open = true;
    while (!closed) {
      Optional<Transport> transport = awaitRooms(EVER);
      if (transport.isEmpty()) {
        return;
      }
      tell();
      try (Connection connection = transport.get().connect(settings.socket().path())) {
        pause = FIRST_DIAL_MILLIS;
        serve(connection, settings.socket().path(), Optional.empty());
      } catch (IOException failure) {
        LOG.debug("port {}: {}", settings.name(), failure.getMessage());
      }
      await(pause);
      pause = Math.min(2 * pause, LAST_DIAL_MILLIS);
    }
  }

  private void serve(Connection connection, Path path, Optional<String> chosen) {
    // In this order: who closes the port sees the connection, or is seen here.
    served = connection;
    visited = path;
    try {
      Optional<PortSession> session =
          awaitRooms(SWAP_MILLIS).flatMap(any -> port.begin(pid(connection), chosen));
      if (session.isEmpty() && !closed) {
        LOG.warn(
            "port {}: front-end{} is refused: {}",
            settings.name(),
            who(connection),
            port.needs().why(chosen));
      }
      if (session.isPresent()) {
        tell();
        LOG.info("port {}: front-end{} connected", settings.name(), who(connection));
        if (conversation(connection, session.get()).hold()) {
          LOG.info("port {}: front-end disconnected", settings.name());
        }
      }
    } catch (IOException | ProtocolException failure) {
      LOG.warn("port {}: {}; connection closed", settings.name(), failure.getMessage());
    } catch (RuntimeException | Error failure) {
      LOG.error("port {}: internal error; connection closed", settings.name(), failure);
    } finally {
      connection.close();
      served = null;
      visited = null;
      port.end();
      tell();
    }
  }

  private Conversation conversation(Connection connection, PortSession session) {
    return new Conversation(port, connection, session, () -> closed, () -> await(LAST_DIAL_MILLIS));
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

  /** Ends the connection that is served, if any; any thread. */
  void disconnect() {
    Connection connection = served;
    if (connection != null) {
      connection.close();
    }
  }

  /** Ends the socket, its connection and its threads. */
  void close() {
    closed = true;
    changes.release();
    sockets.ifPresent(PortSockets::close);
    disconnect();
    try {
      thread.join();
      berth.acquire();
      berth.release();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
