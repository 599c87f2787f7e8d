package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.port.Port;
import io.mooring.api.upgrade.UpgradeException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port whose rooms go, come back, and are others. */
@Timeout(30)
class ParkedPortTest extends PortStage {

  ParkedPortTest() throws IOException {}

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
}
