package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.Region;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.InflightArea;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.upgrade.UpgradeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A port of the process before this one, as it goes on here: what was told of it is taken statement
 * by statement, and nothing is let go of, since until the last word it is still the other's.
 */
final class PortArrival {

  private final VhostPort port;
  private final List<Socket> sockets = new ArrayList<>();
  private final List<QueueState> queues = new ArrayList<>();
  private final List<Statement> positions = new ArrayList<>();
  private final ByteArrayOutputStream saved = new ByteArrayOutputStream();
  private final ByteArrayOutputStream learned = new ByteArrayOutputStream();
  private Optional<Guest> guest = Optional.empty();

  private static final class Socket {

    private final Path path;
    private final int descriptor;
    private Optional<String> profile = Optional.empty();

    Socket(Path path, int descriptor) {
      this.path = path;
      this.descriptor = descriptor;
    }
  }

  /**
   * A front-end that is connected.
   *
   * @param path the socket that it came to
   * @param descriptor its connection
   */
  record Guest(Path path, long process, int descriptor, PortSession session) {}

  PortArrival(VhostPort port) {
    this.port = port;
  }

  VhostPort port() {
    return port;
  }

  /** The front-end that is connected, if one is. */
  Optional<Guest> guest() {
    return guest;
  }

  /** Listens where the other process did. */
  void open(PortSockets mine) throws IOException {
    for (Socket each : sockets) {
      mine.adopt(each.path, each.profile, each.descriptor);
    }
  }

  /** Takes one statement; its descriptors are this port's. */
  void take(Statement said) throws UpgradeException {
    port.lock().lock();
    try {
      if (!taken(said)) {
        with(session(), said);
      }
    } catch (ProtocolException | IOException | RuntimeException refused) {
      throw new UpgradeException(
          "port %s: %s: %s".formatted(port.name(), said.word(), refused.getMessage()), refused);
    } finally {
      port.lock().unlock();
    }
  }

  private PortSession session() {
    return guest
        .map(Guest::session)
        .orElseThrow(() -> new IllegalStateException("there is no connection"));
  }

  private boolean taken(Statement said) throws ProtocolException, IOException {
    switch (said.word()) {
      case SOCKET -> sockets.add(new Socket(Path.of(said.text()), said.descriptor()));
      case PROFILE -> sockets.getLast().profile = Optional.of(said.text());
      case LINK -> link(said.flag(0));
      case CONNECTION -> guest = Optional.of(guest(said));
      case SAVED -> saved.writeBytes(said.bytes());
      case LEARNED -> learned.writeBytes(said.bytes());
      case POSITION -> positions.add(said);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void link(boolean up) {
    if (port.device().linkUp() != up) {
      port.device().link(up);
    }
  }

  private Guest guest(Statement said) throws ProtocolException, IOException {
    Path path = Path.of(said.text());
    Optional<String> chosen =
        sockets.stream()
            .filter(each -> each.path.equals(path))
            .findFirst()
            .flatMap(each -> each.profile);
    PortSession session =
        port.begin(said.number(0), chosen)
            .orElseThrow(() -> new ProtocolException(port.needs().why(chosen)));
    return new Guest(path, said.number(0), said.descriptor(), session);
  }

  private void with(PortSession session, Statement said) throws ProtocolException, IOException {
    switch (said.word()) {
      case OFFER -> offer(session, said);
      case AGREED -> session.takeOver(said);
      case MTU -> session.mtu(said.intAt(0));
      case REGION ->
          session.addRegion(
              new Region(said.number(0), said.number(1), said.number(2), said.number(3)),
              said.descriptor());
      case IOTLB ->
          session.map(
              new Iotlb.Entry(said.number(0), said.number(1), said.number(2), said.intAt(3)));
      case CHANNEL -> session.backend(said.descriptor());
      case INFLIGHT ->
          session
              .inflight()
              .take(
                  new InflightArea(
                      said.number(0),
                      said.number(1),
                      said.intAt(2),
                      said.intAt(3),
                      said.descriptor()));
      case LOG -> session.migration().log(said.number(0), said.number(1), said.descriptor());
      case QUEUE -> {
        QueueState state = QueueState.of(said);
        session.queues().at(state.index()).takeOver(state);
        queues.add(state);
      }
      default -> throw new ProtocolException("nobody expects that here");
    }
  }

  /** The guest has an interface: it must be the same here, by whatever name. */
  private static void offer(PortSession session, Statement said) throws ProtocolException {
    String name = said.text();
    var had =
        new Profile(
            session.pinned().name(),
            session.pinned().device(),
            said.number(0),
            said.intAt(1),
            said.intAt(2),
            said.intAt(3));
    if (!session.pinned().equals(had)) {
      session.profile(name);
    }
    if (!session.pinned().withName(had.name()).equals(had)) {
      throw new ProtocolException(
          "its guest has profile %s, which is another interface here".formatted(name));
    }
  }

  /**
   * On the worker, paused: the device knows what the other one did, and the queues are opened where
   * they are.
   */
  void begin() throws ProtocolException {
    Optional<DataPlane> plane = port.device().plane();
    if (plane.isPresent()) {
      plane.get().load(saved.toByteArray());
      plane.get().slot().device().takeOver(learned.toByteArray());
    }
    for (Statement each : positions) {
      session().queues().at(each.intAt(0)).goOn(each.intAt(1), each.flag(2));
    }
  }

  /**
   * On the worker, paused: opens the queues, wherever they are, and takes them back. What runs for
   * the first time is slow: it is not to be while frames stand still. Where each is in flight is
   * written down that is not possible, because to open such a queue changes that.
   */
  void rehearse() throws ProtocolException {
    Optional<DataPlane> plane = port.device().plane();
    if (plane.isPresent()) {
      plane.get().load(plane.get().save());
      Device device = plane.get().slot().device();
      device.takeOver(device.handOver());
    }
    if (guest.isPresent() && session().inflight().area().isEmpty()) {
      for (QueueState each : queues) {
        if (each.started()) {
          session().queues().at(each.index()).rehearse();
        }
      }
    }
  }

  /** From now on this is who serves: drivers are called once, in case that was left to be done. */
  void callOnce() {
    guest.ifPresent(each -> each.session().queues().all().forEach(PortQueue::callOnce));
  }
}
