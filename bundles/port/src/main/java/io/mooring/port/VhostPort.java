package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.port.Port;
import io.mooring.api.port.PortState;
import io.mooring.api.port.PortStatus;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
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
@Designate(ocd = VhostPort.Settings.class, factory = true)
public final class VhostPort implements Port, Worker.Owner {

  /** A port's configuration; {@link PortSettings} reads it. */
  @ObjectClassDefinition(name = "Mooring port")
  public @interface Settings {
    @AttributeDefinition(
        description = "path of the socket, at most 107 bytes; with %p in it, one socket a profile")
    String socket();

    @AttributeDefinition(
        description = "listen at the socket or connect to it",
        options = {@Option("server"), @Option("client")})
    String mode() default "server";

    @AttributeDefinition(description = "device type")
    String device() default "net";

    @AttributeDefinition(description = "profile to pin; the latest when empty")
    String profile() default "";

    @AttributeDefinition(name = "switch", description = "the switch that a net device joins")
    String switch_() default "default";

    @AttributeDefinition(description = "largest MTU in bytes; 0 for the profile's")
    int mtu() default 0;

    @AttributeDefinition(description = "most queue pairs; 0 for the profile's")
    int queues() default 0;
  }

  private static final Logger LOG = LoggerFactory.getLogger(VhostPort.class);

  private final String name;
  private final Rooms rooms;
  private final Workers workers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Consumer<Rooms.News> roomsChanged = this::roomsChanged;
  private final ServiceRegistration<Port> registration;

  private PortSettings settings;
  private volatile SocketLoop loop;
  private Optional<DeviceType> boundDevice = Optional.empty();
  private Optional<VirtqueueEngine> boundEngine = Optional.empty();
  private Optional<DataPlane> plane = Optional.empty();
  private volatile Optional<PortSession> session = Optional.empty();
  private PortState state = PortState.PARKED;
  private String error = SocketLoop.OPENING;
  private volatile String refusal = "";
  private boolean linkUp = true;

  /** What the last device remembered of its driver, for the next one. */
  private byte[] remembered = {};

  private long peer;

  @Activate
  public VhostPort(
      BundleContext context,
      Map<String, Object> configuration,
      @Reference Rooms rooms,
      @Reference Workers workers) {
    this.rooms = rooms;
    this.workers = workers;
    String pid = String.valueOf(configuration.get(Constants.SERVICE_PID));
    name = pid.substring(pid.indexOf('~') + 1);
    try {
      settings = PortSettings.of(name, configuration);
    } catch (IllegalArgumentException wrong) {
      state = PortState.FAILED;
      error = wrong.getMessage();
      LOG.error("port {}: {}", name, error);
    }
    registration = context.registerService(Port.class, this, properties());
    if (settings != null) {
      rooms.listen(roomsChanged);
      roomsChanged(Rooms.News.ROOM);
      loop = new SocketLoop(this, settings, rooms);
    }
  }

  @Override
  public String name() {
    return name;
  }

  private Dictionary<String, Object> properties() {
    var properties = new HashMap<String, Object>();
    properties.put(NAME, name);
    properties.put(STATE, state.name());
    if (!error.isEmpty()) {
      properties.put(ERROR, error);
    }
    session.ifPresent(each -> properties.put(PROFILE, each.pinned().name()));
    return FrameworkUtil.asDictionary(properties);
  }

  /** Where the port is now; {@code why} is empty or says what it waits for or failed of. */
  void state(PortState now, String why) {
    lock.lock();
    try {
      if (state != now || !error.equals(why)) {
        state = now;
        error = why;
        registration.setProperties(properties());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Why a front-end would be refused; empty when it would not.
   *
   * @param chosen the profile of the socket that it came to, where each profile has one
   */
  String why(Optional<String> chosen) {
    String reason = refusal().isEmpty() ? missing() : refusal();
    return switch (reason.isEmpty() ? offer(chosen) : new Offer.Refused(reason)) {
      case Offer.Refused(String why) -> why;
      case Offer.Waits(String what) -> "waits for " + what;
      case Offer.Choice _ -> "the profile of its socket is not served any more";
      case Offer.Pinned _ -> "";
    };
  }

  /**
   * The rooms that a session needs and that are not there now, or the profile that is not served;
   * empty when all is well.
   */
  String missing() {
    List<String> missing = new ArrayList<>();
    rooms.transport().ifPresentOrElse(any -> {}, () -> missing.add("the transport bundle"));
    rooms.protocol().ifPresentOrElse(any -> {}, () -> missing.add("the protocol bundle"));
    rooms.memory().ifPresentOrElse(any -> {}, () -> missing.add("the memory bundle"));
    rooms.engine().ifPresentOrElse(any -> {}, () -> missing.add("the virtqueue bundle"));
    rooms
        .device(settings.device())
        .ifPresentOrElse(any -> {}, () -> missing.add("a bundle for device " + settings.device()));
    if (missing.isEmpty() && !connected() && offer() instanceof Offer.Waits waits) {
      missing.add(waits.what());
    }
    return missing.isEmpty() ? "" : "waits for " + String.join(", ", missing);
  }

  /** Whether there is what profiles are served with: otherwise they are away only for now. */
  boolean servable() {
    return rooms.engine().isPresent() && rooms.device(settings.device()).isPresent();
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

  private Offer offer() {
    return offer(Optional.empty());
  }

  private Offer offer(Optional<String> chosen) {
    return Offer.of(chosen.map(settings::pinned).orElse(settings), rooms.profiles());
  }

  /** The profiles that each have a socket now, where the socket decides. */
  Set<String> choice() {
    return offer() instanceof Offer.Choice(SortedSet<String> names) ? names : Set.of();
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
    if (loop != null) {
      loop.roomsChanged(news);
    }
  }

  private void refuse(String reason) {
    refusal = reason;
    LOG.error("port {}: {}", name, reason);
  }

  /** Binds the port to the rooms that are there now, when they are other ones than before. */
  private void bind() {
    Optional<DeviceType> device = rooms.device(settings.device());
    Optional<VirtqueueEngine> engine = rooms.engine();
    if (device.equals(boundDevice) && engine.equals(boundEngine)) {
      return;
    }
    session.ifPresent(PortSession::suspend);
    boundEngine = engine;
    if (!device.equals(boundDevice)) {
      boundDevice = device;
      plane.ifPresent(this::remember);
      plane = Optional.empty();
      refusal = "";
      plane = device.map(this::open);
      session.ifPresent(PortSession::begin);
      plane.ifPresent(this::remind);
    }
    resume();
  }

  /** Why the device or the profile refuses the port's settings; empty when they do not. */
  String refusal() {
    if (refusal.isEmpty() && !connected() && offer() instanceof Offer.Refused refused) {
      return refused.why();
    }
    return refusal;
  }

  private DataPlane open(DeviceType type) {
    Map<String, String> given = settings.deviceSettings();
    return new DataPlane(
        type.open(name, given),
        workers.of(type.group(given)),
        this,
        () -> session.ifPresent(PortSession::configurationChanged));
  }

  private void remember(DataPlane going) {
    try {
      remembered = session.isPresent() ? going.save() : new byte[0];
    } finally {
      going.close();
    }
  }

  private void remind(DataPlane coming) {
    if (!linkUp) {
      coming.link(false);
    }
    try {
      if (remembered.length > 0) {
        coming.load(remembered);
      }
    } catch (IllegalArgumentException other) {
      LOG.warn("port {}: what its driver had asked for is forgotten: {}", name, other.getMessage());
    }
    remembered = new byte[0];
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
      session = offer(chosen).pinned().map(pinned -> session(chosen, pinned));
      session.ifPresent(PortSession::begin);
      return session;
    } finally {
      lock.unlock();
    }
  }

  private PortSession session(Optional<String> chosen, Profile pinned) {
    PortSettings mine = chosen.map(settings::pinned).orElse(settings);
    Runnable changed = () -> registration.setProperties(properties());
    return new PortSession(
        mine, new ProfileChoice(mine, pinned, rooms, changed), rooms, () -> plane);
  }

  /** The front-end has gone: nothing of it stays. */
  void end() {
    lock.lock();
    try {
      session.ifPresent(PortSession::close);
      session = Optional.empty();
      remembered = new byte[0];
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
    LOG.warn("port {}: {}; connection closed", name, reason);
    session.ifPresent(PortSession::fault);
    plane.ifPresent(DataPlane::stopAll);
    loop.disconnect();
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
        throw new IllegalStateException("port %s failed: %s".formatted(name, error));
      }
      linkUp = up;
      plane.ifPresent(each -> each.link(up));
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
    return new PortStatus(
        name, state, error, "", Map.of(), "", "", false, "", 0, 0, 0, 0, "", 0, Map.of(), 0, 0,
        List.of(), Map.of());
  }

  private PortStatus current() {
    Optional<Profile> offered = session.map(PortSession::pinned).or(() -> offer().pinned());
    var mapped = session.map(PortSession::mapped).orElse(List.of());
    return new PortStatus(
        name,
        state,
        error,
        settings.socket().toString(),
        loop == null ? Map.of() : loop.sockets(),
        settings.client() ? "client" : "server",
        settings.device(),
        linkUp,
        offered.map(Profile::name).orElse(""),
        offered.map(Profile::features).orElse(0L),
        session.map(PortSession::features).orElse(0L),
        session.map(PortSession::protocolFeatures).orElse(0L),
        peer,
        plane.map(each -> each.worker().name()).orElse(""),
        plane.map(each -> each.worker().busyNanos()).orElse(0L),
        settings.deviceSettings(),
        mapped.size(),
        mapped.stream().mapToLong(each -> each.region().size()).sum(),
        session.map(PortSession::queueStatus).orElse(List.of()),
        plane.map(DataPlane::counters).orElse(Map.of()));
  }

  @Deactivate
  void close(int reason) {
    rooms.ignore(roomsChanged);
    if (loop != null) {
      loop.close();
    }
    lock.lock();
    try {
      plane.ifPresent(DataPlane::close);
      plane = Optional.empty();
    } finally {
      lock.unlock();
    }
    registration.unregister();
    if (reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED) {
      rooms.profiles().ifPresent(profiles -> profiles.forget(name));
    }
  }
}
