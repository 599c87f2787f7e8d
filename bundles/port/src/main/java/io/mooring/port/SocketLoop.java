package io.mooring.port;

import io.mooring.api.port.PortState;
import io.mooring.api.transport.Transport;
import io.mooring.api.upgrade.UpgradeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port's socket: listens or dials, and brings who connects to the {@link Berth}. Has one thread
 * for the socket, and the berth one for the connection.
 */
final class SocketLoop {

  private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);

  /** Why a port is parked that has all it needs and whose socket is not open yet. */
  static final String OPENING = "waits for its socket";

  private static final long FIRST_DIAL_MILLIS = 50;
  private static final long LAST_DIAL_MILLIS = 1000;

  /** Far beyond any uptime, and no overflow in nanoseconds. */
  private static final long EVER = TimeUnit.DAYS.toMillis(36_500);

  private final VhostPort port;
  private final PortSettings settings;
  private final PortRooms rooms;
  private final Predecessor predecessor;
  private final Thread thread;

  private final Berth berth;

  /** A permit for each change of the rooms since the one who waits last looked. */
  private final Semaphore changes = new Semaphore(0);

  private volatile boolean closed;

  /** Whether the socket listens or dials. */
  private volatile boolean open;

  private volatile Optional<PortSockets> sockets = Optional.empty();

  private volatile Optional<HandedListener> listening = Optional.empty();

  SocketLoop(VhostPort port, PortSettings settings, PortRooms rooms, Predecessor predecessor) {
    this.port = port;
    this.settings = settings;
    this.rooms = rooms;
    this.predecessor = predecessor;
    berth = new Berth(port, this);
    thread = Thread.ofPlatform().name("port-" + settings.name()).daemon().unstarted(this::run);
  }

  /** Begins to listen or to dial as soon as the port can serve. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      Optional<PortArrival> arrival = predecessor.arrival(port);
      if (settings.client()) {
        dial(arrival);
      } else {
        listen(arrival);
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
    if (news == Rooms.News.ROOM) {
      followQuietly();
    }
    tell();
  }

  /**
   * Brings what is open into the hands of the transport that the port has by now, if it has one.
   *
   * @throws IOException when it cannot be; one line. Then it stays where it is
   */
  void follow() throws IOException, InterruptedException {
    Optional<Provider<Transport>> wanted = rooms.transport().get();
    if (wanted.isPresent()) {
      if (listening.isPresent()) {
        listening.get().move(wanted.get());
      }
      berth.follow(wanted.get());
    }
  }

  /** The same where nobody can do anything about a failure. */
  void followQuietly() {
    try {
      follow();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | LinkageError failure) {
      LOG.warn(
          "port {}: what is open stays with the transport that has it: {}",
          settings.name(),
          failure.getMessage());
    }
  }

  /** Whether a socket has something to tell, and the transport does not tell it. */
  boolean stalls() {
    return listening.map(Handed::stalls).orElse(false) || berth.stalls();
  }

  /** The paths that listen, by profile, where each profile has one. */
  Map<String, String> sockets() {
    return sockets.map(PortSockets::byProfile).orElse(Map.of());
  }

  /** Tells where the port is now. One at a time, so that the last to tell has seen the last. */
  synchronized void tell() {
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

  /** Whether the port ends. */
  boolean closed() {
    return closed;
  }

  /** Waits for a change of the rooms, but not for long. */
  void awaitChange() {
    await(LAST_DIAL_MILLIS);
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
  Optional<Provider<Transport>> awaitRooms(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; left > 0 && !closed; ) {
      changes.drainPermits();
      Optional<Provider<Transport>> transport = rooms.transport().get();
      if (!hindered() && transport.isPresent()) {
        return transport;
      }
      await(Math.min(left, LAST_DIAL_MILLIS));
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return Optional.empty();
  }

  private void listen(Optional<PortArrival> arrival) {
    try (HandedListener listener = opened()) {
      listening = Optional.of(listener);
      var mine = new PortSockets(settings, rooms.directories(), listener, port.needs()::choice);
      sockets = Optional.of(mine);
      if (arrival.isPresent()) {
        arrival.get().open(mine);
        arrival.get().guest().ifPresent(each -> berth.goOn(mine, each));
      }
      mine.open();
      open = true;
      followQuietly();
      tell();
      while (!closed) {
        Optional<HandedListener.Caller> next = listener.next();
        if (next.isEmpty()) {
          break;
        }
        berth.admit(mine, next.get());
      }
    } catch (IOException failure) {
      if (!closed) {
        open = false;
        LOG.error("port {}: {}", settings.name(), failure.getMessage());
        port.state(PortState.FAILED, failure.getMessage());
      }
    }
  }

  /** Once the port can serve. Only what it returns knows by which transport: that may go. */
  private HandedListener opened() throws IOException {
    Provider<Transport> transport = awaitTransport();
    port.state(PortState.PARKED, OPENING);
    return new HandedListener(settings.name(), rooms, transport.service().listener(), transport);
  }

  private Provider<Transport> awaitTransport() throws IOException {
    return awaitRooms().orElseThrow(() -> new IOException("the port ends"));
  }

  /** Waits until the port can serve; empty when it closes instead. */
  Optional<Provider<Transport>> awaitRooms() {
    return awaitRooms(EVER);
  }

  private void dial(Optional<PortArrival> arrival) {
    long pause = FIRST_DIAL_MILLIS;
    open = true;
    arrival.flatMap(PortArrival::guest).ifPresent(berth::goOn);
    while (!closed) {
      Path path = settings.socket().path();
      try (HandedConnection connection = connected(path)) {
        pause = FIRST_DIAL_MILLIS;
        berth.serve(connection, path);
      } catch (IOException failure) {
        LOG.debug("port {}: {}", settings.name(), failure.getMessage());
      }
      if (!closed) {
        await(pause);
      }
      pause = Math.min(2 * pause, LAST_DIAL_MILLIS);
    }
  }

  /** Once the port can serve. */
  private HandedConnection connected(Path path) throws IOException {
    Provider<Transport> transport = awaitTransport();
    tell();
    return berth.connect(transport, path);
  }

  /**
   * Lets front-ends wait, the one that is connected and any that connects, until {@link #goOn}:
   * what they say stays in their sockets, for whoever reads them then.
   *
   * @throws UpgradeException when a front-end comes or goes for too long; one line. Then those that
   *     wait still do
   */
  void hold() throws UpgradeException, InterruptedException {
    try {
      if (sockets.isPresent()) {
        sockets.get().still(true);
      }
    } catch (IOException failure) {
      throw new UpgradeException(failure.getMessage(), failure);
    }
    berth.hold();
  }

  /** Front-ends wait no longer. */
  void goOn() {
    berth.goOn();
    try {
      if (sockets.isPresent()) {
        sockets.get().still(false);
      }
    } catch (IOException failure) {
      LOG.error("port {}: {}", settings.name(), failure.getMessage());
    }
  }

  /** The listening sockets. */
  Map<Path, Integer> descriptors() {
    return sockets.map(PortSockets::descriptors).orElse(new TreeMap<>());
  }

  /** The profile whose socket this is, where each has one. */
  Optional<String> profile(Path path) {
    return sockets.flatMap(each -> each.profile(path));
  }

  Berth berth() {
    return berth;
  }

  /** Ends the socket, its connection and its threads. */
  void close() {
    closed = true;
    changes.release();
    predecessor.forget(port);
    sockets.ifPresent(PortSockets::close);
    berth.goOn();
    berth.disconnect();
    try {
      thread.join();
      berth.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
