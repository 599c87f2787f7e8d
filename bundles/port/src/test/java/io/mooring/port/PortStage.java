package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mooring.api.os.Os;
import io.mooring.api.port.Port;
import io.mooring.api.profile.Profiles;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
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
import org.junit.jupiter.api.AfterEach;

/** A port, its rooms and a front-end whose words mean what a test needs. */
abstract class PortStage {

  /** The request that brings up queue 0; every other one is only written down. */
  static final int START = 1;

  static final int BREAK_A_RULE = 2;
  static final int TOO_MUCH = 3;

  final Os os = new LinuxOs();
  final FakeContext framework = new FakeContext();
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<Integer> obeyed = new CopyOnWriteArrayList<>();
  final Rooms rooms = new Rooms(framework.context);
  final FakeSockets sockets = new FakeSockets();
  final FakeMemory memory = new FakeMemory(log);
  final FakeEngine engine = new FakeEngine("engine", log);
  final FakeDevice device = new FakeDevice(log);
  final Protocol protocol = new ScriptedProtocol();
  final FakeDeviceType net = new FakeDeviceType(device);
  final Profiles profiles = new FakeProfiles(Harbour.PROFILE);
  final Workers workers;
  final List<VhostPort> ports = new ArrayList<>();

  PortStage() throws IOException {
    rooms.bindOs(os);
    workers = new Workers(rooms, new int[] {-1}, 50);
  }

  void bindAll() {
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

  VhostPort port(String... keysAndValues) {
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

  void awaitState(String state) {
    Eventually.holds(
        "the port is " + state, () -> framework.property(Port.class, Port.STATE).equals(state));
  }

  void awaitParked(String why) {
    Eventually.holds("the port " + why, () -> error().equals(why));
    awaitState("PARKED");
  }

  String error() {
    return framework.property(Port.class, Port.ERROR);
  }

  /** A front-end that has brought up queue 0. */
  FakeSockets.Wire connected() {
    awaitState("LISTENING");
    FakeSockets.Wire wire = sockets.connect();
    wire.send(START);
    Eventually.holds("queue 0 runs", () -> device.attached.contains(0));
    awaitState("CONNECTED");
    return wire;
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
