package io.mooring.port;

import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** A session with a device on a worker, and a front-end's numbers and descriptors for it. */
final class Harbour implements AutoCloseable {

  static final long FEATURES = RingFeature.VERSION_1.mask() | RingFeature.PROTOCOL_FEATURES.mask();
  static final Profile PROFILE =
      new Profile("test.v1", "net", RingFeature.VERSION_1.mask(), 1024, 4, 9000);

  final Os os = new LinuxOs();

  /** What happened, in order. */
  final List<String> log = new CopyOnWriteArrayList<>();

  final Rooms rooms = new Rooms(new FakeContext().context);
  final FakeMemory memory = new FakeMemory(log);
  final FakeEngine engine = new FakeEngine("engine", log);
  final FakeProfiles profiles = new FakeProfiles(PROFILE);
  final FakeDevice device = new FakeDevice(log);
  final FakeOwner owner = new FakeOwner("a");
  final Worker worker;
  final PortSession session;
  final Optional<DataPlane> plane;
  final ReentrantLock lock = new ReentrantLock();
  final PortRooms portRooms;
  private final Set<Integer> openBefore;

  Harbour() throws IOException {
    openBefore = descriptors();
    rooms.bindOs(os);
    rooms.bindMemory(memory, Map.of());
    rooms.bindEngine(engine, Map.of());
    worker = new Worker("worker-test", -1, TimeUnit.MICROSECONDS.toNanos(50), rooms);
    portRooms = new PortRooms(rooms, "net");
    plane =
        Optional.of(
            new DataPlane(
                device, portRooms.engine().get(), worker, owner, this::configurationChanged));
    PortSettings settings =
        PortSettings.of("a", Map.of("socket", "/tmp/a", "queues", "3", "mtu", "1500"));
    rooms.bindProfiles(profiles, Map.of());
    var choice = new ProfileChoice(settings, PROFILE, portRooms, () -> log.add("another profile"));
    session = new PortSession(settings, choice, portRooms, lock, () -> plane);
    log.clear();
  }

  /** What a front-end says is obeyed under the port's lock. */
  void checkState() throws ProtocolException {
    lock.lock();
    try {
      session.migration().checkState();
    } finally {
      lock.unlock();
    }
  }

  private void configurationChanged() {
    session.back().configurationChanged();
  }

  /** Eventfds and memfds that are open. */
  private static Set<Integer> descriptors() throws IOException {
    Set<Integer> open = new TreeSet<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : all.toList()) {
        if (Files.exists(each, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
          String what = Files.readSymbolicLink(each).toString();
          if (what.contains("eventfd")
              || what.contains("userfaultfd")
              || what.contains("socket:")
              || what.contains("memfd:")
              || what.contains("eventpoll")) {
            open.add(Integer.valueOf(each.getFileName().toString()));
          }
        }
      }
    }
    return open;
  }

  /** The engine goes; no queue runs. */
  void without(FakeEngine gone) {
    rooms.unbindEngine(gone);
    plane.orElseThrow().engine(portRooms.engine().get());
  }

  void with(FakeEngine coming) {
    rooms.bindEngine(coming, Map.of());
    plane.orElseThrow().engine(portRooms.engine().get());
  }

  int eventfd() throws IOException {
    return os.eventfd();
  }

  int memfd() throws IOException {
    return os.memfd("test", 4096);
  }

  static Region region(long guestAddress) {
    return new Region(guestAddress, 0x1000, guestAddress + 0x7000_0000L, 0);
  }

  /** Brings a queue up as front-ends do. */
  int start(int index, int base) throws IOException, ProtocolException {
    QueueSession queue = session.queue(index);
    int kick = eventfd();
    queue.size(256);
    queue.base(base);
    queue.addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
    queue.call(eventfd());
    queue.kick(kick);
    queue.enable(true);
    return kick;
  }

  /** The log since the last time. */
  List<String> happened() {
    List<String> events = List.copyOf(log);
    log.clear();
    return events;
  }

  /** Ends everything; nothing may stay open. */
  @Override
  public void close() throws IOException {
    session.close();
    plane.orElseThrow().close();
    worker.close();
    Set<Integer> open = descriptors();
    open.removeAll(openBefore);
    if (!open.isEmpty()) {
      throw new AssertionError("descriptors left open: " + open);
    }
  }
}
