package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortStatus;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port with a socket for each profile: the one that a front-end connects to decides. */
@Timeout(30)
class TemplatePortTest {

  private static final Profile SMALL =
      new Profile("small.v1", "net", RingFeature.VERSION_1.mask(), 256, 1, 1500);
  private static final Profile LARGE =
      new Profile(
          "large.v1",
          "net",
          RingFeature.VERSION_1.mask() | NetFeature.MRG_RXBUF.mask(),
          1024,
          4,
          9000);
  private static final Path AT_SMALL = Path.of("/tmp/a-small.v1");
  private static final Path AT_LARGE = Path.of("/tmp/a-large.v1");

  private final FakeContext framework = new FakeContext();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Rooms rooms = new Rooms(framework.context);
  private final FakeSockets sockets = new FakeSockets();
  private final FakeEngine engine = new FakeEngine("engine", log);
  private final FakeProfiles profiles = new FakeProfiles(SMALL, LARGE);
  private final FakeDeviceType net = new FakeDeviceType(new FakeDevice(log));
  private final Workers workers;
  private VhostPort port;

  /** What each message found offered. */
  private final List<String> offered = new CopyOnWriteArrayList<>();

  TemplatePortTest() throws IOException {
    rooms.bindOs(new LinuxOs());
    workers = new Workers(rooms, new int[] {-1}, 50);
    rooms.bindTransport(sockets, Map.of());
    rooms.bindProtocol(new Asking(), Map.of());
    rooms.bindMemory(new FakeMemory(log), Map.of());
    rooms.bindEngine(engine, Map.of());
    rooms.bindDevice(net, Map.of());
    rooms.bindProfiles(profiles, Map.of());
  }

  @AfterEach
  void close() {
    port.close(0);
    workers.close();
    assertFalse(sockets.listening(), "a socket is left");
  }

  private void start(String... keysAndValues) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("service.pid", "io.mooring.port~a");
    configuration.put("socket", "/tmp/a-%p");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    port =
        new VhostPort(
            framework.context,
            configuration,
            rooms,
            workers,
            new Predecessor(framework.context, rooms));
  }

  private void awaitState(String state) {
    Eventually.holds(
        "the port is " + state, () -> framework.property(Port.class, Port.STATE).equals(state));
  }

  private void awaitPaths(Path... paths) {
    Eventually.holds("it listens at those", () -> sockets.paths.equals(List.of(paths)));
  }

  private FakeSockets.Wire connected(Path path) {
    awaitState("LISTENING");
    FakeSockets.Wire wire = sockets.arrive(path);
    awaitState("CONNECTED");
    return wire;
  }

  @Test
  void whichSocketIsConnectedDecidesTheInterface() {
    start();
    FakeSockets.Wire wire = connected(AT_SMALL);
    wire.send(1);
    Eventually.holds("it is answered", () -> offered.size() == 1);
    assertEquals("%x ring 256 pairs 1".formatted(offers(SMALL)), offered.getFirst());
    PortStatus status = port.status();
    assertEquals("small.v1", status.profile());
    assertEquals("/tmp/a-%p", status.socket());
    assertEquals(SMALL.features(), status.offeredFeatures());
    assertEquals("small.v1", framework.property(Port.class, Port.PROFILE));
    wire.hangUp();
    connected(AT_LARGE).send(1);
    Eventually.holds("it is answered", () -> offered.size() == 2);
    assertEquals("%x ring 1024 pairs 4".formatted(offers(LARGE)), offered.getLast());
  }

  private static long offers(Profile profile) {
    return profile.features() | RingFeature.PROTOCOL_FEATURES.mask();
  }

  @Test
  void aPortThatNobodyConnectedToHasNoProfileYet() {
    start();
    awaitState("LISTENING");
    PortStatus status = port.status();
    assertEquals("", status.profile());
    assertEquals(
        Map.of("small.v1", AT_SMALL.toString(), "large.v1", AT_LARGE.toString()), status.sockets());
  }

  @Test
  void theOtherSocketsRefuseWhileOneIsConnected() {
    start();
    FakeSockets.Wire first = connected(AT_SMALL);
    FakeSockets.Wire other = sockets.arrive(AT_LARGE);
    FakeSockets.Wire same = sockets.arrive(AT_SMALL);
    Eventually.holds("the others are refused", () -> other.closed && same.closed);
    assertFalse(first.closed);
    assertEquals("small.v1", port.status().profile());
  }

  @Test
  void whoGoesToAnotherSocketIsServedThere() {
    start();
    for (int round = 0; round < 20; round++) {
      connected(AT_SMALL).hangUp();
      sockets.arrive(AT_LARGE).send(1);
      int answered = round + 1;
      Eventually.holds("it is served", () -> offered.size() == answered);
      port.fault("the test ends it");
    }
  }

  @Test
  void socketsFollowTheProfilesAndTheConnectedOneStays() {
    start();
    FakeSockets.Wire wire = connected(AT_SMALL);
    profiles.served.remove(SMALL);
    rooms.profilesChanged();
    awaitPaths(AT_LARGE, AT_SMALL);
    assertFalse(wire.closed);
    wire.hangUp();
    awaitPaths(AT_LARGE);
    profiles.served.add(SMALL);
    rooms.profilesChanged();
    awaitPaths(AT_LARGE, AT_SMALL);
  }

  @Test
  void aPortWithoutAnyProfileWaitsAndHasNoSockets() {
    start();
    awaitState("LISTENING");
    profiles.served.clear();
    rooms.profilesChanged();
    awaitState("PARKED");
    assertEquals(
        "waits for a profile for device net that it can offer",
        framework.property(Port.class, Port.ERROR));
    awaitPaths();
    profiles.served.add(LARGE);
    rooms.profilesChanged();
    awaitState("LISTENING");
    awaitPaths(AT_LARGE);
  }

  @Test
  void socketsStayWhileTheEngineIsReplacedAndWhoConnectsWaits() {
    start();
    awaitState("LISTENING");
    profiles.served.clear();
    rooms.unbindEngine(engine);
    rooms.profilesChanged();
    awaitPaths(AT_LARGE, AT_SMALL);
    sockets.arrive(AT_SMALL).send(1);
    rooms.bindEngine(engine, Map.of());
    awaitPaths(AT_LARGE, AT_SMALL);
    profiles.served.addAll(List.of(SMALL, LARGE));
    rooms.profilesChanged();
    Eventually.holds("it is served", () -> offered.size() == 1);
  }

  @Test
  void whatThePortAsksForBeyondAProfileLeavesThatProfileOut() {
    start("queues", "2");
    awaitState("LISTENING");
    awaitPaths(AT_LARGE);
  }

  /** Notes what is offered at each message. */
  private final class Asking implements Protocol {

    @Override
    public long features() {
      return 0;
    }

    @Override
    public Message request(BackendEvent event) {
      return new FakeProtocol().request(event);
    }

    @Override
    public Optional<Message> handle(Message message, Session session) {
      offered.add(
          "%x ring %d pairs %d"
              .formatted(session.offeredFeatures(), session.maxRing(), session.queueNumber()));
      return Optional.empty();
    }
  }
}
