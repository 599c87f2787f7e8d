package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.swap.SwapException;
import io.mooring.api.swap.SwapRequest;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;

/** Groups of agents are dealt out to workers, and uplinks are polled with their switch. */
class WorkersTest {

  private static final int[] HOST = {0, 1, 5};

  private final BundleContext context = new FakeContext().context;
  private final Rooms rooms = new Rooms(context);
  private final Workers workers;

  WorkersTest() throws IOException {
    rooms.bindOs(new LinuxOs());
    workers = new Workers(rooms, new int[] {-1, -1}, 50);
  }

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void groupsAreDealtOutInTurnAndStayTogether() {
    Worker first = workers.of("switch a");
    Worker second = workers.of("switch b");
    assertNotSame(first, second);
    assertSame(first, workers.of("switch c"));
    assertSame(first, workers.of("switch a"));
    assertSame(second, workers.of("switch b"));
  }

  @Test
  void anUplinkIsPolledAsLongAsItIsThere() {
    var uplink = new FakeAgent();
    workers.addUplink(uplink, Map.of("tap", "mooring0"));
    Eventually.holds("the uplink is polled", () -> uplink.polls.get() > 0);
    workers.removeUplink(uplink);
    assertTrue(uplink.left);
    long polls = uplink.polls.get();
    workers.of(uplink.group()).call(() -> 0);
    assertEquals(polls, uplink.polls.get());
  }

  @Test
  void anUpgradeAndASwapDoNotMeet() {
    assertTrue(workers.beginSwap(), "an upgrade begins");
    var swapper = new RoomSwapper(context, rooms, workers);
    var request =
        new SwapRequest("memory", Optional.empty(), Set.of(), Duration.ZERO, Duration.ZERO);
    assertEquals(
        "another swap, or an upgrade, is under way",
        assertThrows(SwapException.class, () -> swapper.swap(request)).getMessage());
    workers.endSwap();
    assertTrue(workers.beginSwap(), "the next one begins");
    workers.endSwap();
  }

  @Test
  void coresAreProcessorsOfTheHost() {
    assertArrayEquals(new int[] {-1}, Workers.cores(" ", HOST));
    assertArrayEquals(new int[] {5}, Workers.cores("5", HOST));
    assertArrayEquals(new int[] {1, 0}, Workers.cores("1, 0", HOST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "-1", "x", "0,2", "0,,1", "99999999999"})
  void otherCoresAreRefused(String cores) {
    String line =
        assertThrows(IllegalArgumentException.class, () -> Workers.cores(cores, HOST)).getMessage();
    String wrong = cores.equals("0,2") ? "2" : cores.equals("0,,1") ? "" : cores;
    assertEquals(
        "cores=%s: not a processor of this host, which has [0, 1, 5]".formatted(wrong), line);
  }
}
