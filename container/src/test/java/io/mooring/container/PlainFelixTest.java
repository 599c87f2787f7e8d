package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The bundles need nothing of the launcher. */
class PlainFelixTest {

  @TempDir private Path directory;

  @Test
  void theFrameworksClassPathHasNothingOfOurs() {
    assertThrows(ClassNotFoundException.class, () -> Class.forName("io.mooring.api.port.Port"));
    assertThrows(
        ClassNotFoundException.class, () -> Class.forName("org.newsclub.net.unix.AFUNIXSocket"));
  }

  @Test
  void everyBundleRunsAndTheFrontEndMovesFramesBetweenPorts() throws BundleException, IOException {
    try (PlainFelix felix = PlainFelix.start(directory)) {
      assertEquals(List.of(), idle(felix.programs()));
      felix.addPort("a");
      String ports = felix.shell("vhost:ports");
      assertTrue(ports.contains("LISTENING"), ports);
      String demo = felix.shell("vhost:demo --frames 20000");
      assertTrue(demo.contains("Every frame arrived once, in order and unchanged."), demo);
      assertEquals(List.of(), felix.errors());
    }
  }

  private static List<String> idle(List<Bundle> bundles) {
    List<String> idle = new ArrayList<>();
    for (Bundle bundle : bundles) {
      int running = PlainFelix.isFragment(bundle) ? Bundle.RESOLVED : Bundle.ACTIVE;
      if (bundle.getState() != running) {
        idle.add(bundle + " is in state " + bundle.getState());
      }
    }
    return idle;
  }

  @Test
  void aStopUnderTrafficLeavesNoThreadDescriptorOrMapping() throws BundleException, IOException {
    // The first time, the JDK itself opens what it keeps.
    carryTrafficAndStop(directory.resolve("first"));
    Footprint before = Footprint.now();
    carryTrafficAndStop(directory.resolve("second"));
    before.awaitNoMore();
  }

  private static void carryTrafficAndStop(Path place) throws BundleException, IOException {
    try (PlainFelix felix = PlainFelix.start(place)) {
      felix.addPort("a");
      felix.addPort("b");
      try (Guests guests = Guests.start(felix.socket("a"), felix.socket("b"))) {
        guests.assertMoving();
        felix.stop();
        assertEquals(List.of(), felix.errors());
        assertFalse(Files.exists(felix.socket("a")), "the socket is left");
      }
    }
  }
}
