package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.osgi.framework.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a port that there is not from one engine to another: what runs for the first time loads and
 * links its classes, and no worker is to be kept by that.
 */
final class Rehearsal {

  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private static final int TIMES = 20;
  private static final QueueSetup SETUP = new QueueSetup(0, 1, 0, 0, 0, 0, 0, -1);

  /** Of a device whose driver runs (virtio 1.3, section 2.1). */
  private static final int STATUS_RUNS = 0xf;

  private static final PortSettings SETTINGS =
      PortSettings.of("rehearsal", Map.of("socket", "/rehearsal"));
  private static final Profile PROFILE =
      new Profile("rehearsal", "net", RingFeature.VERSION_1.mask(), 1, 1, 1500);

  private Rehearsal() {}

  static void run(Rooms rooms) throws IOException {
    var worker = new Worker("rehearsal", -1, 0, rooms);
    try {
      DataPlane plane = plane(worker);
      Provider<VirtqueueEngine> engine = plane.engine().orElseThrow();
      plane.start(SETUP, MemoryTable.EMPTY, 0);
      for (int i = 0; i < TIMES; i++) {
        plane.probation(new NoWay());
        plane.moveTo(engine, EngineQueue::base);
        plane.settle();
        plane.moveTo(engine, EngineQueue::goOn);
      }
      plane.close();
    } finally {
      worker.close();
    }
  }

  private static DataPlane plane(Worker worker) {
    Provider<VirtqueueEngine> engine =
        new Provider<>(new NoEngine(), "rehearsal", Version.emptyVersion, 0, 0, 0);
    return new DataPlane(new NoDevice(), Optional.of(engine), worker, new NoPort(), () -> {});
  }

  /**
   * A front-end that there is not comes, runs two queues and ends as QEMU ends one whose VM moves.
   */
  static void stay(Rooms rooms) {
    try {
      stayed(rooms);
    } catch (IOException | ProtocolException | RuntimeException | LinkageError failure) {
      // A room may be replaced, or all stopped, in these very moments.
      LOG.debug("not rehearsed: {}", failure.toString());
    }
  }

  private static void stayed(Rooms rooms) throws IOException, ProtocolException {
    var worker = new Worker("rehearsal", -1, 0, rooms);
    try {
      Optional<DataPlane> plane = Optional.of(plane(worker));
      var lock = new ReentrantLock();
      var session =
          new PortSession(
              SETTINGS,
              new ProfileChoice(SETTINGS, PROFILE, new PortRooms(rooms, "net"), () -> {}),
              new PortRooms(rooms, "net"),
              lock,
              () -> plane);
      lock.lock();
      try {
        for (int i = 0; i < TIMES; i++) {
          stay(session, rooms);
        }
      } finally {
        session.close();
        lock.unlock();
      }
      plane.get().close();
    } finally {
      worker.close();
    }
  }

  private static void stay(PortSession session, Rooms rooms) throws IOException, ProtocolException {
    session.begin();
    session.features(RingFeature.VERSION_1.mask());
    for (int index = 0; index < 2; index++) {
      QueueSession queue = session.queue(index);
      queue.size(1);
      queue.base(0);
      queue.addresses(0, 0, 0, QueueSetup.NO_LOG);
      queue.kick(rooms.os().eventfd());
    }
    session.status(STATUS_RUNS);
    session.status(0);
    session.reset();
    session.queue(0).stop();
    session.queue(1).stop();
  }

  private record NoEngine() implements VirtqueueEngine {

    @Override
    public long features() {
      return 0;
    }

    @Override
    public int maxSize() {
      return 1;
    }

    @Override
    public Virtqueue open(QueueSetup setup, MemoryTable memory) {
      return Decoys.queue();
    }
  }

  private record NoPort() implements Worker.Owner {

    @Override
    public String name() {
      return "rehearsal";
    }

    @Override
    public void fault(String reason) {}

    @Override
    public boolean memoryIntact() {
      return true;
    }
  }

  private record NoWay() implements Fallback {

    @Override
    public boolean anyTime() {
      return true;
    }

    @Override
    public void back(String why, ToIntFunction<EngineQueue> from) {}
  }

  private record NoDevice() implements Device {

    @Override
    public String group() {
      return "rehearsal";
    }

    @Override
    public int poll() {
      return 0;
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}

    @Override
    public void negotiated(long features) {}

    @Override
    public void attach(Virtqueue queue) {}

    @Override
    public void detach(int index) {}

    @Override
    public Map<String, Long> counters() {
      return Map.of();
    }
  }
}
