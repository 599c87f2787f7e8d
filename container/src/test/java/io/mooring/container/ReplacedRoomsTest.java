package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Each of our bundles is stopped, updated and refreshed alone while two guests exchange frames:
 * afterwards frames go on. Connections stay, with three exceptions that ARCHITECTURE.md tells.
 */
class ReplacedRoomsTest {

  /** Owns the connections. */
  private static final String OWNER = "port";

  /** What all others, and so the owner, are wired to: the contract, and the log's facade. */
  private static final Set<String> FOUNDATIONS = Set.of("api", "logging");

  @TempDir private static Path directory;

  private static PlainFelix felix;
  private static Guests guests;
  private static int connections;

  @BeforeAll
  static void start() throws BundleException, IOException {
    felix = PlainFelix.start(directory);
    felix.addPort("a");
    felix.addPort("b");
    guests = Guests.start(felix.socket("a"), felix.socket("b"));
    connections = guests.connections();
  }

  @AfterAll
  static void stop() {
    guests.close();
    felix.close();
  }

  static List<String> rooms() {
    return PlainFelix.rooms();
  }

  private static void assertFramesGoOn(boolean connectionsStay) {
    guests.assertMoving();
    int now = guests.connections();
    if (connectionsStay) {
      assertEquals(connections, now, "connections made");
    } else {
      assertTrue(now >= connections + 2, "both guests connect again");
    }
    connections = now;
    assertEquals(List.of(), felix.errors());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void stoppedUpdatedAndRefreshed(String name) throws BundleException {
    Bundle room = felix.room(name);
    if (!PlainFelix.isFragment(room)) {
      room.stop();
      room.start();
    }
    assertFramesGoOn(!name.equals(OWNER));
    room.update();
    assertFramesGoOn(!name.equals(OWNER));
    felix.refresh(room);
    assertFramesGoOn(!name.equals(OWNER) && !FOUNDATIONS.contains(name));
  }

  /** Without a room that frames need, ports stand still; without any other, frames go on. */
  @ParameterizedTest
  @CsvSource({
    "virtqueue, false",
    "net, false",
    "protocol, true",
    "memory, true",
    "transport, true",
    "profile, true",
    "linux, false"
  })
  void uninstalledAndDroppedIntoTheDirectoryOfBundles(String name, boolean framesGoOn)
      throws BundleException, IOException {
    felix.room(name).uninstall();
    if (framesGoOn) {
      guests.assertMoving();
    } else {
      String ports = felix.shell("vhost:ports");
      assertTrue(ports.matches("(?s).*a +PARKED .*b +PARKED .*"), ports);
    }
    felix.drop(name);
    assertFramesGoOn(true);
  }

  @Test
  void profilesUpdatedAndRefreshed() throws BundleException {
    for (Bundle feature : felix.features()) {
      feature.update();
    }
    felix.refresh(felix.features().toArray(Bundle[]::new));
    assertFramesGoOn(true);
  }
}
