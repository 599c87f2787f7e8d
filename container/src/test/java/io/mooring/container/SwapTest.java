package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/** A room may be replaced as often as one likes. */
class SwapTest {

  private static final int SWAPS = 50;

  @TempDir private Path directory;

  @Test
  void fiftySwapsOfTheEngineUnderTrafficLeaveNothingOfTheOldOnes()
      throws BundleException, IOException {
    try (PlainFelix felix = PlainFelix.start(directory)) {
      felix.addPort("a");
      felix.addPort("b");
      try (Guests guests = Guests.start(felix.socket("a"), felix.socket("b"))) {
        Footprint before = Footprint.now();
        List<WeakReference<ClassLoader>> old = new ArrayList<>();
        for (int swap = 0; swap < SWAPS; swap++) {
          old.add(swap(felix, felix.room("virtqueue")));
          guests.assertMoving();
        }
        assertEquals(2, guests.connections(), "connections made");
        Eventually.holds(
            "the class loaders of all old engines are collected",
            () -> {
              System.gc();
              return old.stream().allMatch(loader -> loader.refersTo(null));
            },
            () -> old.stream().filter(loader -> !loader.refersTo(null)).count() + " are left");
        before.awaitNoMore();
        assertEquals(List.of(), felix.errors());
      }
    }
  }

  /** As FileInstall and the shell's update and refresh do: profiles are wired to the engine. */
  private static WeakReference<ClassLoader> swap(PlainFelix felix, Bundle room)
      throws BundleException {
    ClassLoader old = room.adapt(BundleWiring.class).getClassLoader();
    room.update();
    felix.refresh();
    return new WeakReference<>(old);
  }
}
