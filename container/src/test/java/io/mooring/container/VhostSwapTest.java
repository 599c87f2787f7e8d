package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.container.broken.RoomJar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;

/**
 * {@code vhost:swap} under two guests that number their frames: none is lost and none comes twice.
 */
class VhostSwapTest {

  @TempDir private Path directory;

  private PlainFelix felix;
  private Guests guests;

  @BeforeEach
  void start() throws BundleException, IOException {
    felix = PlainFelix.start(directory);
    felix.addPort("a");
    felix.addPort("b");
    guests = Guests.start(felix.socket("a"), felix.socket("b"));
  }

  @AfterEach
  void stop() {
    guests.close();
    felix.close();
  }

  private void assertNothingHappenedToTheGuests() {
    guests.assertMoving();
    assertEquals(0, guests.lostOrRepeated(), "frames lost or repeated");
    assertEquals(2, guests.connections(), "connections made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtqueue", "net", "protocol", "memory", "transport"})
  void aFreshInstanceTakesTheOldOnesPlace(String room) {
    Bundle old = felix.room(room);
    String said = felix.shell("vhost:swap %s --probation 0.5 --warm-up 1".formatted(room));
    assertTrue(said.contains("[%d]".formatted(old.getBundleId())), said);
    assertEquals(Bundle.UNINSTALLED, old.getState());
    assertTrue(felix.room(room).getState() == Bundle.ACTIVE, felix.room(room)::toString);
    assertNothingHappenedToTheGuests();
    assertEquals(List.of(), felix.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"profile", "linux", "frontend", "io.mooring.v1"})
  void aRoomThatThereCanOnlyBeOneOfIsUpdatedWhereItIs(String room) {
    String said = felix.shell("vhost:swap %s --probation 0".formatted(room));
    assertTrue(said.contains("updated where it was"), said);
    guests.assertMoving();
    assertEquals(2, guests.connections(), "connections made");
    assertEquals(List.of(), felix.errors());
  }

  @Test
  void twoVersionsOfTheEngineServeTwoPortsAtTheSameTime() {
    Path newer = RoomJar.version(PlainFelix.bundle("virtqueue"), directory, "1.2.3");
    felix.shell("vhost:swap virtqueue --bundle %s --port a --probation 0".formatted(newer));
    assertTrue(felix.shell("vhost:port a").contains("io.mooring.virtqueue 1.2.3"));
    String other = felix.shell("vhost:port b");
    assertTrue(other.contains("io.mooring.virtqueue 1.0.0"), other);
    assertNothingHappenedToTheGuests();
    // The last that is there serves all, however it comes about.
    assertDoesNotThrow(() -> felix.room("virtqueue").uninstall());
    assertTrue(felix.shell("vhost:port b").contains("io.mooring.virtqueue 1.2.3"));
    guests.assertMoving();
    assertEquals(2, guests.connections(), "connections made");
  }

  private interface Attempt {
    void make() throws BundleException;
  }

  private static void assertDoesNotThrow(Attempt attempt) {
    try {
      attempt.make();
    } catch (BundleException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void twoVersionsOfTheTransportServeTwoPortsAtTheSameTime() {
    Path newer = RoomJar.version(PlainFelix.bundle("transport"), directory, "1.2.3");
    felix.shell("vhost:swap transport --bundle %s --port a --probation 0".formatted(newer));
    assertTrue(felix.shell("vhost:port a").contains("io.mooring.transport 1.2.3"));
    String other = felix.shell("vhost:port b");
    assertTrue(other.contains("io.mooring.transport 1.0.0"), other);
    assertNothingHappenedToTheGuests();
  }

  @Test
  void aRoomWhoseSwapIsInterruptedIsWhatItWas() throws Exception {
    Bundle room = felix.room("profile");
    Version before = room.getVersion();
    Path newer = RoomJar.version(PlainFelix.bundle("profile"), directory, "1.2.3");
    String line = "vhost:swap profile --bundle %s --probation 60".formatted(newer);
    Thread interrupting =
        Thread.ofVirtual()
            .start(() -> {
              Eventually.holds(
                  "the newcomer is on probation",
                  () ->
                      room.getVersion().equals(new Version("1.2.3"))
                          && room.getState() == Bundle.ACTIVE,
                  room::toString);
              swapping().interrupt();
            });
    assertThrows(AssertionError.class, () -> felix.shell(line));
    interrupting.join();
    assertEquals(before, room.getVersion());
    assertEquals(Bundle.ACTIVE, room.getState());
    String profile = felix.shell("vhost:profile io.mooring.v1");
    assertTrue(profile.contains("served"), profile);
    guests.assertMoving();
    assertEquals(2, guests.connections(), "connections made");
  }

  /** The thread of the shell's command. */
  private static Thread swapping() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(each ->
            Arrays.stream(each.getValue())
                .anyMatch(frame -> frame.getClassName().equals("io.mooring.port.InPlace")))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
