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
public final class VhostPort implements Port, AgentOwner, Conversation.Side {

  private static final Logger LOG = LoggerFactory.getLogger(VhostPort.class);

  private final String name;
  private final Rooms host;
  private final ReentrantLock lock = new ReentrantLock();
  private final PortService service;
  private final LinkFile linkFile;
  private final PortFacts facts;

  private PortSettings settings;
  private PortRooms rooms;
  private SocketLoop loop;
  private PortNeeds needs;
  private PortDevice device;
  private volatile Optional<PortSession> session = Optional.empty();
  private long peer;

  @Activate
  public VhostPort(
      BundleContext context,
      Map<String, Object> configuration,
      @Reference Rooms rooms,
      @Reference Workers workers,
      @Reference Predecessor predecessor) {
    host = rooms;
    String pid = String.valueOf(configuration.get(Constants.SERVICE_PID));
    name = pid.substring(pid.indexOf('~') + 1);
    linkFile = LinkFile.of(name, context);
    facts = new PortFacts(this, () -> session);
    String wrong = "";
    try {
      settings = PortSettings.of(name, configuration);
    } catch (IllegalArgumentException configured) {
      wrong = configured.getMessage();
      LOG.error("port {}: {}", name, wrong);
    }
    service = new PortService(this, () -> session.map(each -> each.pinned().name()));
    if (settings != null) {
      this.rooms = new PortRooms(host, settings.device());
      needs = new PortNeeds(settings, this.rooms, this::connected);
      device = new PortDevice(settings, this.rooms, workers, this, linkFile);
      loop = new SocketLoop(this, settings, this.rooms, predecessor);
    }
    // Whoever sees the service may ask it at once.
    service.register(context, wrong);
    if (settings != null) {
      host.join(this);
      roomsChanged(Rooms.News.ROOM);
      loop.start();
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The rooms as this port has them. */
  @Override
  public PortRooms rooms() {
    return rooms;
  }

  PortDevice device() {
    return device;
  }

  PortSettings settings() {
    return settings;
  }

  SocketLoop loop() {
    return loop;
  }

  /** The front-end's session, if one is connected; under the port's lock, or while that waits. */
  Optional<PortSession> session() {
    return session;
  }

  /** The front-end's process; 0 for unknown. */
  long peer() {
    return peer;
  }

  PortFacts facts() {
    return facts;
  }

  /** What an operator should know besides the state; any thread. */
  void note(String now) {
    service.note(now);
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

  /** A room came or went, or the profiles are others: told on the thread that changes. */
  void roomsChanged(Rooms.News news) {
    rooms.refresh();
    lock.lock();
    try {
      bind();
    } catch (IllegalArgumentException wrong) {
      refuse(wrong.getMessage());
    } catch (RuntimeException | LinkageError bug) {
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
    Optional<Provider<DeviceType>> type = rooms.device().get();
    Optional<Provider<VirtqueueEngine>> engine = rooms.engine().get();
    if (device.is(type) && device.servedBy(engine)) {
      return;
    }
    if (device.is(type) && device.serve(engine)) {
      return;
    }
    session.ifPresent(PortSession::suspend);
    if (!device.is(type)) {
      needs.refuse("");
      device.become(type, session);
    }
    device.plane().ifPresent(plane -> plane.engine(engine));
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

  @Override
  public ReentrantLock lock() {
    return lock;
  }

  @Override
  public void fault(String reason) {
    try {
      silence(reason);
    } finally {
      loop.berth().disconnect();
    }
  }

  @Override
  public void silence(String reason) {
    LOG.warn("port {}: {}; connection closed", name, reason);
    session.ifPresent(PortSession::fault);
    device.plane().ifPresent(DataPlane::stopAll);
  }

  /** The device's configuration space changed by itself; any thread. */
  void configurationChanged() {
    session.ifPresent(each -> each.back().configurationChanged());
  }

  @Override
  public void failed(String what, Throwable failure) {
    String why = "port %s: %s throws %s".formatted(name, what, failure);
    if (device.plane().filter(plane -> plane.goBack(why, EngineQueue::goOn)).isEmpty()) {
      AgentOwner.super.failed(what, failure);
    }
  }

  @Override
  public boolean memoryIntact() {
    return session.map(PortSession::memoryIntact).orElse(true);
  }

  @Override
  public boolean memoryTouchable() {
    return session.map(PortSession::memoryTouchable).orElse(true);
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
      return settings == null
          ? PortPicture.failed(name, service.state(), service.error())
          : current();
    } finally {
      lock.unlock();
    }
  }

  private PortStatus current() {
    Optional<Profile> offered =
        session.map(PortSession::pinned).or(() -> needs.offer(Optional.empty()).pinned());
    return PortPicture.of(
        service.state(),
        service.error(),
        settings,
        loop.sockets(),
        offered,
        peer,
        session,
        device,
        rooms.status(),
        service.note());
  }

  @Deactivate
  void close(int reason) {
    host.leave(this);
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
      host.profiles().service().ifPresent(profiles -> profiles.forget(name));
    }
  }
}
