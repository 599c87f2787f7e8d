package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port's device while there is a bundle for it, and what must be kept until the next one comes.
 * The port's lock guards it; {@link #plane} may be read by any thread.
 */
final class PortDevice {

  private static final Logger LOG = LoggerFactory.getLogger(PortDevice.class);

  private final PortSettings settings;
  private final PortRooms rooms;
  private final Workers workers;
  private final VhostPort port;
  private final LinkFile linkFile;
  private boolean linkUp;
  private volatile Optional<Provider<DeviceType>> bound = Optional.empty();
  private volatile Optional<DataPlane> plane = Optional.empty();

  /** What the last device remembered of its driver, for the next one. */
  private byte[] remembered = {};

  PortDevice(
      PortSettings settings, PortRooms rooms, Workers workers, VhostPort port, LinkFile linkFile) {
    this.settings = settings;
    this.rooms = rooms;
    this.workers = workers;
    this.port = port;
    this.linkFile = linkFile;
    linkUp = linkFile.up();
  }

  Optional<DataPlane> plane() {
    return plane;
  }

  boolean is(Optional<Provider<DeviceType>> type) {
    return bound.equals(type);
  }

  /** Another type's device is this one's from now on; any thread. */
  void is(Provider<DeviceType> type) {
    bound = Optional.of(type);
  }

  /** Whether this engine opens the queues, or would if there were a device. */
  boolean servedBy(Optional<Provider<VirtqueueEngine>> engine) {
    return plane.map(each -> each.engine().equals(engine)).orElse(true);
  }

  /**
   * Another engine runs the queues, from one burst to the next.
   *
   * @return false when that cannot be: one of the two is not there, or it refuses a queue
   */
  boolean serve(Optional<Provider<VirtqueueEngine>> engine) {
    if (engine.isEmpty() || plane.isEmpty() || plane.get().engine().isEmpty()) {
      return false;
    }
    try {
      plane.get().moveTo(engine.get(), EngineQueue::base);
      return true;
    } catch (QueueException | EngineFault refused) {
      LOG.warn("port {}: {}: {}", settings.name(), engine.get().text(), refused.getMessage());
      return false;
    }
  }

  /**
   * Another type's device takes this one's place, or none does; no queue runs.
   *
   * @throws IllegalArgumentException when it refuses the port's settings
   */
  void become(Optional<Provider<DeviceType>> type, Optional<PortSession> session) {
    bound = type;
    plane.ifPresent(going -> remember(going, session));
    plane = Optional.empty();
    plane = type.map(Provider::service).map(this::open);
    session.ifPresent(PortSession::begin);
    plane.ifPresent(this::remind);
  }

  private DataPlane open(DeviceType type) {
    Map<String, String> given = settings.deviceSettings();
    return new DataPlane(
        type.open(settings.name(), given),
        rooms.engine().get(),
        workers.of(type.group(given)),
        port,
        port::configurationChanged);
  }

  private void remember(DataPlane going, Optional<PortSession> session) {
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
      LOG.warn(
          "port {}: what its driver had asked for is forgotten: {}",
          settings.name(),
          other.getMessage());
    }
    remembered = new byte[0];
  }

  /** The front-end has gone. */
  void forget() {
    remembered = new byte[0];
  }

  boolean linkUp() {
    return linkUp;
  }

  void link(boolean up) {
    linkUp = up;
    linkFile.remember(up);
    plane.ifPresent(each -> each.link(up));
  }

  void close() {
    plane.ifPresent(DataPlane::close);
    plane = Optional.empty();
  }
}
