package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortStatus;
import io.mooring.api.virtqueue.QueueException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port through its life: front-ends come, misbehave and go. */
@Timeout(30)
class VhostPortTest extends PortStage {

  VhostPortTest() throws IOException {}

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
}
