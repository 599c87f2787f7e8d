package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.port.Port;
import io.mooring.api.port.PortStatus;
import io.mooring.api.profile.Profiles;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import io.mooring.api.upgrade.UpgradeException;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port through its life: rooms come and go, front-ends come, misbehave and go. */
@Timeout(30)
class VhostPortTest {

  /** The request that brings up queue 0; every other one is only written down. */
  private static final int START = 1;

  private static final int BREAK_A_RULE = 2;
  private static final int TOO_MUCH = 3;

  private final Os os = new LinuxOs();
  private final FakeContext framework = new FakeContext();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<Integer> obeyed = new CopyOnWriteArrayList<>();
  private final Rooms rooms = new Rooms(framework.context);
  private final FakeSockets sockets = new FakeSockets();
  private final FakeMemory memory = new FakeMemory(log);
  private final FakeEngine engine = new FakeEngine("engine", log);
  private final FakeDevice device = new FakeDevice(log);
  private final Protocol protocol = new ScriptedProtocol();
  private final FakeDeviceType net = new FakeDeviceType(device);
  private final Profiles profiles = new FakeProfiles(Harbour.PROFILE);
  private final Workers workers;
  private final List<VhostPort> ports = new ArrayList<>();

  VhostPortTest() throws IOException {
    rooms.bindOs(os);
    workers = new Workers(rooms, new int[] {-1}, 50);
  }

  private void bindAll() {
    rooms.bindTransport(sockets, Map.of());
    rooms.bindProtocol(protocol, Map.of());
    rooms.bindMemory(memory, Map.of());
    rooms.bindEngine(engine, Map.of());
    rooms.bindDevice(net, Map.of());
    rooms.bindProfiles(profiles, Map.of());
  }

  @AfterEach
  void close() {
    ports.forEach(each -> each.close(0));
    workers.close();
    Eventually.holds("no thread of the port is left", () -> threads().isEmpty());
    assertFalse(framework.has(Port.class), "the service is still registered");
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("port-a") || name.startsWith("worker-"))
        .toList();
  }

  private VhostPort port(String... keysAndValues) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("service.pid", "io.mooring.port~a");
    configuration.put("socket", "/tmp/a");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    var port =
        new VhostPort(
            framework.context,
            configuration,
            rooms,
            workers,
            new Predecessor(framework.context, rooms));
    ports.add(port);
    return port;
  }

  private void awaitState(String state) {
    Eventually.holds(
        "the port is " + state, () -> framework.property(Port.class, Port.STATE).equals(state));
  }

  private void awaitParked(String why) {
    Eventually.holds("the port " + why, () -> error().equals(why));
    awaitState("PARKED");
  }

  private String error() {
    return framework.property(Port.class, Port.ERROR);
  }

  /** A front-end that has brought up queue 0. */
  private FakeSockets.Wire connected() {
    awaitState("LISTENING");
    FakeSockets.Wire wire = sockets.connect();
    wire.send(START);
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    awaitState("CONNECTED");
    return wire;
  }

  @Test
  void aPortIsAServiceThatTellsItsState() {
    bindAll();
    VhostPort port = port();
    FakeSockets.Wire wire = connected();
    assertEquals("a", framework.property(Port.class, Port.NAME));
    PortStatus status = port.status();
    assertEquals("/tmp/a", status.socket());
    assertEquals("server", status.mode());
    assertEquals("test.v1", status.profile());
    assertEquals(4242, status.peer());
    assertEquals(Map.of("frames", 7L), status.counters());
    assertTrue(status.queues().getFirst().running());
    wire.hangUp();
    awaitState("LISTENING");
    assertEquals(0, port.status().peer());
    assertEquals(List.of(), port.status().queues());
    assertTrue(device.attached.isEmpty());
    assertTrue(wire.closed);
  }

  @Test
  void aPortAnswersWhoeverSeesItsServiceFirst() {
    bindAll();
    List<PortStatus> first = new CopyOnWriteArrayList<>();
    framework.registered = service -> first.add(((Port) service).status());
    port("mtu", "9000");
    assertEquals(List.of("9000"), first.stream().map(each -> each.settings().get("mtu")).toList());
  }

  @Test
  void aWrongConfigurationIsAFailedPortThatSaysWhy() {
    bindAll();
    VhostPort port = port("mtu", "1");
    awaitState("FAILED");
    assertEquals("mtu=1: allowed are 68 to 65535", error());
    assertEquals("mtu=1: allowed are 68 to 65535", port.status().error());
    assertFalse(sockets.listening());
  }

  @Test
  void aSettingThatTheDeviceRefusesIsAFailedPort() {
    net.refusal = new IllegalArgumentException("switch=a/b: a name has letters");
    bindAll();
    port("switch", "a/b");
    awaitState("FAILED");
    assertEquals("switch=a/b: a name has letters", error());
    assertFalse(sockets.listening());
  }

  @Test
  void aBugInADeviceTypeIsAFailedPortUntilAnotherOneComes() {
    net.refusal = new IllegalStateException("bug");
    bindAll();
    port();
    awaitState("FAILED");
    assertEquals("internal error: java.lang.IllegalStateException: bug", error());
    rooms.unbindDevice(net);
    net.refusal = null;
    rooms.bindDevice(net, Map.of());
    awaitState("LISTENING");
  }

  @Test
  void aSocketThatCannotBeHadIsAFailedPort() {
    sockets.refusal = "cannot listen at /tmp/a: another process listens there";
    bindAll();
    port();
    awaitState("FAILED");
    assertEquals("cannot listen at /tmp/a: another process listens there", error());
  }

  @Test
  void aPortWhoseSocketOpensSlowlySaysWhatItWaitsFor() {
    sockets.turnstile.acquireUninterruptibly();
    VhostPort port = port();
    bindAll();
    awaitParked("waits for its socket");
    sockets.turnstile.release();
    awaitState("LISTENING");
    assertEquals("", port.status().error());
  }

  @Test
  void aPortWaitsForItsRoomsAndNamesThem() {
    port();
    awaitParked(
        "waits for the transport bundle, the protocol bundle, the memory bundle,"
            + " the virtqueue bundle, a bundle for device net");
    assertFalse(sockets.listening());
    bindAll();
    awaitState("LISTENING");
    assertEquals("", error());
  }

  @Test
  void aPortWaitsForItsProfile() {
    bindAll();
    port("profile", "other.v9");
    awaitParked("waits for profile other.v9");
  }

  @Test
  void aPortThatAsksForMoreThanItsProfileHasIsFailed() {
    bindAll();
    port("queues", "5");
    awaitState("FAILED");
    assertEquals("queues=5 is above max_queue_pairs=4 of profile test.v1", error());
  }

  @Test
  void whoConnectsWhileARoomStaysAwayIsRefused() {
    bindAll();
    port();
    awaitState("LISTENING");
    rooms.unbindEngine(engine);
    FakeSockets.Wire wire = sockets.connect();
    Eventually.holds("the front-end is refused", () -> wire.closed);
    awaitParked("waits for the virtqueue bundle");
    rooms.bindEngine(engine, Map.of());
    connected();
  }

  @Test
  void aQueueGoesOnWithAnotherEngineAndTheConnectionStays() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    engine.progress = 9;
    rooms.unbindEngine(engine);
    assertFalse(device.attached.contains(0), "the engine is in use when its bundle has stopped");
    awaitState("PARKED");
    assertEquals("waits for the virtqueue bundle", error());
    rooms.bindEngine(new FakeEngine("fresh", log), Map.of());
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    assertTrue(log.contains("fresh opens 0 at 9"), log::toString);
    awaitState("CONNECTED");
    assertFalse(wire.closed);
  }

  @Test
  void aPortKeepsItsEngineWhoeverComesAndTakesTheOtherWhenItGoes() {
    bindAll();
    VhostPort port = port();
    connected();
    engine.progress = 9;
    var other = new FakeEngine("other", log);
    rooms.bindEngine(other, FakeContext.from(2));
    assertEquals(0, room(port, "virtqueue"));
    log.clear();
    rooms.unbindEngine(engine);
    assertEquals(List.of("other opens 0 at 9"), List.copyOf(log), "the device keeps its queue");
    assertEquals(2, room(port, "virtqueue"));
    assertEquals("CONNECTED", framework.property(Port.class, Port.STATE));
  }

  private static long room(VhostPort port, String name) {
    return port.status().rooms().stream()
        .filter(room -> room.name().equals(name))
        .findFirst()
        .orElseThrow()
        .bundleId();
  }

  @Test
  void anEngineThatRefusesARunningQueueEndsTheConnection() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    var other = new FakeEngine("other", log);
    other.refusal = "queue 0: size 256 is above 8";
    rooms.bindEngine(other, FakeContext.from(2));
    rooms.unbindEngine(engine);
    Eventually.holds("the front-end is let go", () -> wire.closed);
    assertTrue(device.attached.isEmpty());
  }

  @Test
  void aDeviceIsReplacedWithItsQueues() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    rooms.unbindDevice(net);
    awaitState("PARKED");
    assertTrue(device.attached.isEmpty());
    assertEquals("left", log.getLast());
    rooms.bindDevice(net, Map.of());
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    awaitState("CONNECTED");
    assertFalse(wire.closed);
  }

  @Test
  void anotherDeviceKnowsWhatItsDriverAndTheOperatorAskedFor() {
    bindAll();
    VhostPort port = port();
    connected();
    port.link(false);
    rooms.unbindDevice(net);
    assertFalse(port.status().linkUp());
    log.clear();
    rooms.bindDevice(net, Map.of());
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    assertEquals(
        List.of("joined", "reset, 4 pairs", "link down", "loads state"), log.subList(0, 4));
  }

  @Test
  void whatADriverAskedForGoesWithItsFrontEnd() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    rooms.unbindDevice(net);
    wire.hangUp();
    Eventually.holds("the front-end is let go", () -> wire.closed);
    rooms.bindDevice(net, Map.of());
    connected();
    assertFalse(log.contains("loads state"), log::toString);
  }

  @Test
  void aLinkIsTakenAwayAndGivenBackWhoeverIsConnected() {
    bindAll();
    VhostPort port = port();
    assertTrue(port.status().linkUp());
    port.link(false);
    connected();
    assertFalse(port.status().linkUp());
    port.link(true);
    assertTrue(port.status().linkUp());
    assertTrue(log.indexOf("link down") < log.indexOf("link up"), log::toString);
  }

  @Test
  void aPortThatFailedHasNoLink() {
    VhostPort port = port("mtu", "1");
    String line = assertThrows(IllegalStateException.class, () -> port.link(true)).getMessage();
    assertEquals("port a failed: mtu=1: allowed are 68 to 65535", line);
  }

  @Test
  void messagesWaitWhileTheProtocolIsAwayAndQueuesGoOn() throws InterruptedException {
    bindAll();
    VhostPort port = port();
    FakeSockets.Wire wire = connected();
    rooms.unbindProtocol(protocol);
    awaitState("PARKED");
    assertTrue(device.attached.contains(0));
    wire.send(10);
    TimeUnit.MILLISECONDS.sleep(50);
    assertEquals(List.of(START), obeyed);
    String line = assertThrows(UpgradeException.class, port.loop()::hold).getMessage();
    assertTrue(line.contains("wait for the protocol bundle"), line);
    assertFalse(wire.closed, "the upgrade is refused, and nobody is disconnected");
    rooms.bindProtocol(protocol, Map.of());
    Eventually.holds("the message is obeyed", () -> obeyed.equals(List.of(START, 10)));
    awaitState("CONNECTED");
  }

  @Test
  void whoConnectsWhileARoomIsAwayIsServedWhenItIsBack() {
    bindAll();
    port();
    awaitState("LISTENING");
    rooms.unbindEngine(engine);
    awaitState("PARKED");
    FakeSockets.Wire wire = sockets.connect();
    wire.send(START);
    rooms.bindEngine(engine, Map.of());
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    awaitState("CONNECTED");
    assertFalse(wire.closed);
  }

  @Test
  void roomsThatComeAndGoWhileFrontEndsDoLeaveTheRightState() {
    bindAll();
    port();
    for (int round = 0; round < 100; round++) {
      awaitState("LISTENING");
      FakeSockets.Wire wire = sockets.connect();
      wire.send(START);
      Thread swap =
          Thread.ofPlatform()
              .start(() -> {
                rooms.unbindProtocol(protocol);
                rooms.bindProtocol(protocol, Map.of());
              });
      wire.hangUp();
      Eventually.holds("the front-end is let go", () -> wire.closed);
      Eventually.holds("the swap is over", () -> !swap.isAlive());
    }
    awaitState("LISTENING");
  }

  @Test
  void aGuestThatBreaksARuleLosesItsConnection() {
    bindAll();
    VhostPort port = port();
    FakeSockets.Wire wire = connected();
    device.fault = new QueueException("queue 0: descriptor index 999");
    workers.of("test").call(() -> 0);
    Eventually.holds("the connection is closed", () -> wire.closed);
    awaitState("LISTENING");
    assertTrue(device.attached.isEmpty());
    assertEquals(0, port.status().peer());
    connected().hangUp();
    awaitState("LISTENING");
  }

  @Test
  void aFrontEndThatSaysNonsenseLosesItsConnection() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    wire.send(BREAK_A_RULE);
    Eventually.holds("the connection is closed", () -> wire.closed);
    awaitState("LISTENING");
    FakeSockets.Wire other = connected();
    other.send(TOO_MUCH);
    Eventually.holds("the connection is closed", () -> other.closed);
    awaitState("LISTENING");
  }

  @Test
  void whatNobodyClaimsIsClosedWhateverBecomesOfTheMessage() throws IOException {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    for (int request : new int[] {10, BREAK_A_RULE}) {
      int descriptor = os.eventfd();
      wire.send(request, descriptor);
      Eventually.holds("the descriptor is closed", () -> !open(descriptor));
    }
  }

  private boolean open(int descriptor) {
    try {
      os.kind(descriptor);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void aSecondFrontEndIsRefusedWhileTheFirstIsConnected() {
    bindAll();
    port();
    FakeSockets.Wire first = connected();
    FakeSockets.Wire second = sockets.connect();
    Eventually.holds("the second one is refused", () -> second.closed);
    assertFalse(first.closed);
  }

  /** A front-end that was restarted connects before its predecessor is cleaned up. */
  @Test
  void aSecondFrontEndIsServedWhenTheFirstHangsUpInTime() {
    bindAll();
    port();
    FakeSockets.Wire first = connected();
    FakeSockets.Wire second = sockets.connect();
    second.send(10);
    first.hangUp();
    Eventually.holds("the second one is served", () -> obeyed.contains(10));
    assertFalse(second.closed);
  }

  @Test
  void answersAreSent() {
    bindAll();
    port();
    FakeSockets.Wire wire = connected();
    wire.send(77);
    Eventually.holds("the message is answered", () -> !wire.answers.isEmpty());
    assertEquals(77, wire.answers.getFirst().request());
  }

  @Test
  void aDiallingPortTriesUntilSomebodyListensAndAgainAfterwards() {
    bindAll();
    port("mode", "client");
    awaitState("CONNECTING");
    Eventually.holds("it tries again", () -> sockets.dials > 2);
    var wire = new FakeSockets.Wire();
    sockets.answering = wire;
    wire.send(START);
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    awaitState("CONNECTED");
    wire.hangUp();
    awaitState("CONNECTING");
    var again = new FakeSockets.Wire();
    sockets.answering = again;
    again.send(START);
    awaitState("CONNECTED");
    assertNotEquals("server", ports.getFirst().status().mode());
  }

  @Test
  void aPortThatClosesHangsUp() {
    bindAll();
    VhostPort port = port();
    FakeSockets.Wire wire = connected();
    ports.remove(port);
    port.close(0);
    assertTrue(wire.closed);
    assertFalse(sockets.listening());
    assertTrue(device.attached.isEmpty());
  }

  /** Closed in every moment of a front-end's arrival: nothing hangs and nothing stays. */
  @Test
  void aPortThatClosesWhileAFrontEndArrivesHangsUpToo() {
    bindAll();
    for (int round = 0; round < 100; round++) {
      VhostPort port = port();
      ports.remove(port);
      awaitState("LISTENING");
      Thread arrival = Thread.ofPlatform().start(() -> sockets.connect().send(START));
      if (round % 2 == 0) {
        Thread.onSpinWait();
      }
      port.close(0);
      Eventually.holds("the front-end has arrived", () -> !arrival.isAlive());
      assertTrue(device.attached.isEmpty());
    }
  }

  /** Brings up queue 0 and breaks rules as the request's number says. */
  private final class ScriptedProtocol implements Protocol {

    @Override
    public Message request(BackendEvent event) {
      return new FakeProtocol().request(event);
    }

    @Override
    public long features() {
      return 0;
    }

    @Override
    public Optional<Message> handle(Message message, Session session) throws ProtocolException {
      obeyed.add(message.request());
      switch (message.request()) {
        case START -> {
          session.features(Harbour.FEATURES);
          session.queue(0).size(256);
          session.queue(0).addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
          session.queue(0).kick(-1);
          session.queue(0).enable(true);
        }
        case BREAK_A_RULE -> throw new ProtocolException("request 2 is not served");
        case TOO_MUCH -> throw new IllegalStateException("a bug of the protocol");
        default -> {
          return Optional.of(new Message(message.request(), 5, ByteBuffer.allocate(0)));
        }
      }
      return Optional.empty();
    }
  }
}
