package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.DeviceType;
import io.mooring.api.swap.SwapException;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port without a front-end has another device, and the old one again. */
@Timeout(30)
class GroupMoveTest {

  private final FakeContext framework = new FakeContext();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Rooms rooms = new Rooms(framework.context);
  private final FakeDevice old = new FakeDevice(log);
  private final List<String> freshLog = new CopyOnWriteArrayList<>();
  private final FakeDevice fresh = new FakeDevice(freshLog);
  private final FakeDeviceType newType = new FakeDeviceType(fresh);
  private final Workers workers;
  private final VhostPort port;
  private final Provider<DeviceType> newcomer;
  private final Trial trial = new Trial("the newcomer");

  GroupMoveTest() throws IOException {
    rooms.bindOs(new LinuxOs());
    workers = new Workers(rooms, new int[] {-1}, 50);
    rooms.bindEngine(new FakeEngine("engine", log), Map.of());
    rooms.bindDevice(new FakeDeviceType(old), Map.of());
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("service.pid", "io.mooring.port~a");
    configuration.put("socket", "/tmp/a");
    port =
        new VhostPort(
            framework.context,
            configuration,
            rooms,
            workers,
            new Predecessor(framework.context, rooms));
    rooms.bindDevice(newType, FakeContext.from(7));
    newcomer = rooms.devices("net").from(7).orElseThrow();
  }

  @AfterEach
  void close() {
    port.close(0);
    workers.close();
  }

  private GroupMove moved() throws SwapException {
    var move = new GroupMove(List.of(port), newcomer, trial, Map.of());
    log.clear();
    move.run();
    return move;
  }

  private long provider() {
    return port.rooms().device().get().orElseThrow().bundleId();
  }

  @Test
  void theNewDeviceIsToldWhatTheOldOneWasAndTakesOver() throws SwapException {
    port.link(false);
    moved();
    assertEquals("left", log.getLast());
    assertEquals(List.of("joined", "link down", "loads state"), freshLog);
    assertEquals(7, provider());
  }

  @Test
  void aDeviceThatFailsLeadsBackAndThePortSaysWhy() throws SwapException {
    moved();
    fresh.fault = new IllegalStateException("bug");
    Eventually.holds("the newcomer is taken back", () -> trial.failure().isPresent());
    String why = "port a: the device throws java.lang.IllegalStateException: bug";
    assertEquals(why, trial.failure().orElseThrow());
    assertEquals(why, port.status().note());
    assertEquals(0, provider());
    assertTrue(log.contains("joined"), log::toString);
    assertEquals("left", freshLog.getLast());
  }

  @Test
  void aDeviceThatCannotLeaveInOrderIsReplacedAllTheSame() throws SwapException {
    old.disorder = new IllegalStateException("bug");
    moved();
    assertEquals("left", log.getLast());
    assertEquals(7, provider());
    assertTrue(freshLog.contains("joined"), freshLog::toString);
    assertTrue(trial.failure().isEmpty(), "the newcomer is not to blame");
  }

  @Test
  void afterTheProbationThereIsNoWayBack() throws SwapException {
    GroupMove move = moved();
    move.settle();
    move.goBack("too late");
    assertEquals(7, provider());
    assertTrue(trial.failure().isEmpty());
  }

  @Test
  void aDeviceThatRefusesThePortChangesNothing() {
    newType.refusal = new IllegalArgumentException("mtu=1: allowed are 68 to 9000");
    String line = assertThrows(SwapException.class, this::moved).getMessage();
    assertTrue(line.startsWith("port a: "), line);
    assertTrue(line.endsWith("mtu=1: allowed are 68 to 9000"), line);
    assertEquals(List.of(), log);
    assertEquals(0, provider());
  }
}
