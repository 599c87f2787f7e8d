package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** What a host publishes follows what its engine's bundle can do. */
class LesserEngineTest {

  private static final String NEEDS_PACKED = "org.dpdk.v18.11";
  private static final String NEEDS_SPLIT = "org.dpdk.v18.08";

  /** Even: the last one brings the better engine back. */
  private static final int ROUNDS = 20;

  @TempDir private Path directory;

  @Test
  void anEngineWithoutPackedRingsWithdrawsTheProfilesThatNeedThemAndABetterOneRestoresThem()
      throws BundleException, IOException {
    try (PlainFelix felix = PlainFelix.start(directory)) {
      Bundle engine = felix.room("virtqueue");
      assertServed(felix, NEEDS_PACKED);

      engine.update(lesser(URI.create(engine.getLocation())));
      felix.refresh(engine);
      Eventually.holds(
          NEEDS_PACKED + " is withdrawn and says why",
          () -> !served(felix, NEEDS_PACKED) && state(felix, NEEDS_PACKED).contains("packed"),
          () -> state(felix, NEEDS_PACKED));
      assertServed(felix, NEEDS_SPLIT);

      engine.update();
      felix.refresh();
      felix.refresh(engine);
      assertServed(felix, NEEDS_PACKED);
    }
  }

  @Test
  void anEngineUpdatedAndAtOnceRefreshedRuns() throws BundleException, IOException {
    try (PlainFelix felix = PlainFelix.start(directory)) {
      Bundle engine = felix.room("virtqueue");
      Path file = directory.resolve("lesser.jar");
      Files.write(file, lesser(URI.create(engine.getLocation())).readAllBytes());
      for (int round = 0; round < ROUNDS; round++) {
        String from = round % 2 == 0 ? file.toUri().toString() : engine.getLocation();
        String said =
            felix.shell("update %1$d %2$s; refresh %1$d".formatted(engine.getBundleId(), from));
        // The shell's refresh goes on behind its back, and would interrupt the next round's update.
        felix.refresh();
        Eventually.holds(
            "the engine runs in round " + round,
            () -> engine.getState() == Bundle.ACTIVE,
            () -> said);
      }
      felix.refresh(engine);
      assertServed(felix, NEEDS_PACKED);
    }
  }

  private static void assertServed(PlainFelix felix, String profile) {
    Eventually.holds(
        profile + " is served", () -> served(felix, profile), () -> state(felix, profile));
  }

  private static boolean served(PlainFelix felix, String profile) {
    return state(felix, profile).matches("(?s).*state +served\\n.*");
  }

  private static String state(PlainFelix felix, String profile) {
    return felix.shell("vhost:profile " + profile);
  }

  /** The same bundle, whose manifest does not know packed rings. */
  private static InputStream lesser(URI jar) throws IOException {
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    try (JarInputStream from = new JarInputStream(jar.toURL().openStream())) {
      Attributes main = from.getManifest().getMainAttributes();
      String capabilities = main.getValue(Constants.PROVIDE_CAPABILITY);
      assertTrue(capabilities.contains(",packed,"), capabilities);
      main.putValue(Constants.PROVIDE_CAPABILITY, capabilities.replace(",packed,", ","));
      try (JarOutputStream to = new JarOutputStream(changed, from.getManifest())) {
        for (JarEntry each = from.getNextJarEntry(); each != null; each = from.getNextJarEntry()) {
          to.putNextEntry(new JarEntry(each.getName()));
          from.transferTo(to);
        }
      }
    }
    return new ByteArrayInputStream(changed.toByteArray());
  }
}
