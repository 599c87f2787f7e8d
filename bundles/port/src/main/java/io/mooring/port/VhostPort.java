package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.port.Port;
import io.mooring.api.port.PortState;
import io.mooring.api.port.PortStatus;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port: owns what must survive when rooms are replaced, and binds it to the rooms that are there.
 * One lock guards the session and the data plane; the worker never takes it.
 */
@Component(
    service = {},
    configurationPid = Port.FACTORY_PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PortOptions.class, factory = true)
public final class VhostPort implements Port, Worker.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(VhostPort.class);

  private final String name;
  private final Rooms rooms;
  private final ReentrantLock lock = new ReentrantLock();
  private final Consumer<Rooms.News> roomsChanged = this::roomsChanged;
  private final PortService service;
  private final LinkFile linkFile;

  private PortSettings settings;
  private SocketLoop loop;
  private PortNeeds needs;
  private PortDevice device;
  private Optional<VirtqueueEngine> boundEngine = Optional.empty();
  private volatile Optional<PortSession> session = Optional.empty();
  private long peer;

  @Activate
  public VhostPort(
      BundleContext context,
      Map<String, Object> configuration,
      @Reference Rooms rooms,
      @Reference Workers workers) {
    this.rooms = rooms;
    String pid = String.valueOf(configuration.get(Constants.SERVICE_PID));
    name = pid.substring(pid.indexOf('~') + 1);
    linkFile = LinkFile.of(name, context);
    String wrong = "";
    try {
      settings = PortSettings.of(name, configuration);
    } catch (IllegalArgumentException configured) {
      wrong = configured.getMessage();
      LOG.error("port {}: {}", name, wrong);
    }
    service = new PortService(this, () -> session.map(each -> each.pinned().name()));
    if (settings != null) {
      needs = new PortNeeds(settings, rooms, this::connected);
      device = new PortDevice(settings, workers, this, linkFile);
      loop = new SocketLoop(this, settings, rooms);
    }
    // Whoever sees the service may ask it at once.
    service.register(context, wrong);
    if (settings != null) {
      rooms.listen(roomsChanged);
      roomsChanged(Rooms.News.ROOM);
      loop.start();
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** Where the port is now; {@code why} is empty or says what it waits for or failed of. */
  void state(PortState now, String why) {
    service.state(now, why);
  }

  /** What the port needs, and whether it is there. */
  PortNeeds needs() {
    return needs;
  }

  /** Whether a front-end has a session. */
  boolean connected() {
    lock.lock();
    try {
      return session.isPresent();
    } finally {
      lock.unlock();
    }
  }

  private void roomsChanged(Rooms.News news) {
    lock.lock();
    try {
      bind();
    } catch (IllegalArgumentException wrong) {
      refuse(wrong.getMessage());
    } catch (RuntimeException bug) {
      LOG.error("port {}: cannot use a room", name, bug);
      refuse("internal error: " + bug);
    } finally {
      lock.unlock();
    }
    loop.roomsChanged(news);
  }

  private void refuse(String reason) {
    needs.refuse(reason);
    LOG.error("port {}: {}", name, reason);
  }

  /** Binds the port to the rooms that are there now, when they are other ones than before. */
  private void bind() {
    Optional<DeviceType> type = rooms.device(settings.device());
    Optional<VirtqueueEngine> engine = rooms.engine();
    if (device.is(type) && engine.equals(boundEngine)) {
      return;
    }
    session.ifPresent(PortSession::suspend);
    boundEngine = engine;
    if (!device.is(type)) {
      needs.refuse("");
      device.become(type, session);
    }
    resume();
  }

  private void resume() {
    try {
      if (session.isPresent()) {
        session.get().resume();
      }
    } catch (ProtocolException wrong) {
      fault(wrong.getMessage());
    }
  }

  /**
   * A front-end connected: what it says goes to the returned session, under the port's lock.
   *
   * @param chosen the profile of the socket that it came to, where each profile has one
   */
  Optional<PortSession> begin(long pid, Optional<String> chosen) {
    lock.lock();
    try {
      peer = pid;
      session = needs.offer(chosen).pinned().map(pinned -> session(chosen, pinned));
      session.ifPresent(PortSession::begin);
      return session;
    } finally {
      lock.unlock();
    }
  }

  private PortSession session(Optional<String> chosen, Profile pinned) {
    PortSettings mine = chosen.map(settings::pinned).orElse(settings);
    return new PortSession(
        mine, new ProfileChoice(mine, pinned, rooms, service::tell), rooms, lock, device::plane);
  }

  /** The front-end has gone: nothing of it stays. */
  void end() {
    lock.lock();
    try {
      session.ifPresent(PortSession::close);
      session = Optional.empty();
      device.forget();
      peer = 0;
    } finally {
      lock.unlock();
    }
  }

  ReentrantLock lock() {
    return lock;
  }

  @Override
  public void fault(String reason) {
    silence(reason);
    loop.disconnect();
  }

  /** Touches nothing of the guest any more; the connection is about to end. */
  void silence(String reason) {
    LOG.warn("port {}: {}; connection closed", name, reason);
    session.ifPresent(PortSession::fault);
    device.plane().ifPresent(DataPlane::stopAll);
  }

  /** The device's configuration space changed by itself; any thread. */
  void configurationChanged() {
    session.ifPresent(each -> each.back().configurationChanged());
  }

  @Override
  public boolean memoryIntact() {
    return session.map(PortSession::memoryIntact).orElse(true);
  }

  @Override
  public void link(boolean up) {
    lock.lock();
    try {
      if (settings == null) {
        throw new IllegalStateException("port %s failed: %s".formatted(name, service.error()));
      }
      device.link(up);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PortStatus status() {
    lock.lock();
    try {
      return settings == null ? failed() : current();
    } finally {
      lock.unlock();
    }
  }

  private PortStatus failed() {
    return PortPicture.failed(name, service.state(), service.error());
  }

  private PortStatus current() {
    Optional<Profile> offered =
        session.map(PortSession::pinned).or(() -> needs.offer(Optional.empty()).pinned());
    return PortPicture.of(
        service.state(), service.error(), settings, loop.sockets(), offered, peer, session, device);
  }

  @Deactivate
  void close(int reason) {
    rooms.ignore(roomsChanged);
    if (loop != null) {
      loop.close();
    }
    lock.lock();
    try {
      if (device != null) {
        device.close();
      }
    } finally {
      lock.unlock();
    }
    service.unregister();
    if (reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED) {
      linkFile.remember(true);
      rooms.profiles().ifPresent(profiles -> profiles.forget(name));
    }
  }
}
