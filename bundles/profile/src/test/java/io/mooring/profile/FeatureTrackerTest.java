package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleRevision;

/** Feature bundles in a real framework, beside bundles that provide what an engine and net do. */
class FeatureTrackerTest {

  private static final String ENGINE =
      "io.mooring.engine;features:List<String>=\"any_layout,version_1\";max_ring:Long=1024";
  private static final String PACKED =
      "io.mooring.engine;features:List<String>=\"any_layout,packed,version_1\";max_ring:Long=1024";
  private static final String NET =
      "io.mooring.device;device=net;features:List<String>=\"csum\";max_queues:Long=256";

  @TempDir Path directory;

  private final Map<String, String> connected = new HashMap<>();
  private Framework framework;
  private Registry registry;
  private FeatureTracker tracker;

  @BeforeEach
  void start() throws BundleException {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    directory.resolve("cache").toString(),
                    "felix.log.level",
                    "1"));
    framework.start();
    registry =
        new Registry(
            new Ledger(directory.resolve("ledger")),
            new Pins(directory.resolve("pins")),
            () -> connected,
            () -> {});
    registry.host(Texts.host("any_layout", "csum", "packed", "version_1"));
    tracker = new FeatureTracker(framework.getBundleContext(), registry);
    tracker.open();
  }

  @AfterEach
  void stop() throws BundleException, InterruptedException {
    tracker.close();
    framework.stop();
    assertEquals(FrameworkEvent.STOPPED, framework.waitForStop(10_000).getType());
  }

  private Bundle install(String name, byte[] jar) throws BundleException {
    return framework
        .getBundleContext()
        .installBundle("test:" + name, new ByteArrayInputStream(jar));
  }

  private Bundle provider(String name, String capability) throws BundleException, IOException {
    var manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Provide-Capability", capability);
    var jar = new ByteArrayOutputStream();
    new JarOutputStream(jar, manifest).close();
    return install(name, jar.toByteArray());
  }

  private static byte[] feature(String name, String... features) throws IOException {
    var jar = new ByteArrayOutputStream();
    FeatureBundle.write(Texts.bytes(name, "", features), "1.0.0", jar);
    return jar.toByteArray();
  }

  private boolean served(String name) {
    tracker.look();
    return registry.view().find(name).filter(state -> state.served()).isPresent();
  }

  @Test
  void aFeatureBundleIsServedWhileItIsInstalled() throws BundleException, IOException {
    provider("engine", ENGINE);
    provider("net", NET);
    Bundle bundle = install("a", feature("com.acme.v1.2", "any_layout", "csum"));
    assertTrue(served("com.acme.v1.2"));
    assertEquals(Bundle.INSTALLED, bundle.getState(), "resolving it would disturb updates");
    assertEquals(
        "bundle io.mooring.feature.com.acme.v1.2 [" + bundle.getBundleId() + "]",
        registry.view().get("com.acme.v1.2").origin());
    Map<String, Object> provided =
        bundle
            .adapt(BundleRevision.class)
            .getDeclaredCapabilities("io.mooring.profile")
            .getFirst()
            .getAttributes();
    assertEquals("com.acme", provided.get("lineage"));
    assertEquals(new Version("1.2.0"), provided.get("version"));
    assertEquals(registry.view().get("com.acme.v1.2").hash(), provided.get("hash"));
    bundle.uninstall();
    assertTrue(registry.view().find("com.acme.v1.2").isEmpty());
  }

  @Test
  void aBundleThatCannotResolveIsKnownWithTheReason() throws BundleException, IOException {
    Bundle engine = provider("engine", ENGINE);
    provider("net", NET);
    install("a", feature("com.acme.v1", "packed", "version_1"));
    assertTrue(!served("com.acme.v1"));
    assertEquals(
        List.of("its bundle cannot resolve: no io.mooring.engine has (features=packed)"),
        registry.view().get("com.acme.v1").withheld());
    engine.uninstall();
    provider("better", PACKED);
    assertTrue(served("com.acme.v1"), "a better engine came");
  }

  @Test
  void anUpdatedBundleIsReadAgain() throws BundleException, IOException {
    provider("engine", ENGINE);
    provider("net", NET);
    Bundle bundle = install("a", feature("com.acme.v1", "csum"));
    assertTrue(served("com.acme.v1"));
    bundle.update(new ByteArrayInputStream(feature("com.acme.v2", "csum")));
    assertTrue(registry.view().find("com.acme.v1").isEmpty());
    assertTrue(served("com.acme.v2"));
  }

  @Test
  void aPortKeepsTheProfileOfABundleThatIsGone() throws BundleException, IOException {
    provider("engine", ENGINE);
    provider("net", NET);
    Bundle bundle = install("a", feature("com.acme.v1", "csum"));
    connected.put("p", "com.acme.v1");
    bundle.uninstall();
    assertTrue(served("com.acme.v1"));
    connected.clear();
    registry.sweep();
    assertTrue(registry.view().find("com.acme.v1").isEmpty());
  }

  @Test
  void aManifestThatTellsSomethingElseIsRefused() throws BundleException, IOException {
    provider("liar", "io.mooring.profile;name=com.acme.v1;hash=0");
    var jar = new ByteArrayOutputStream();
    FeatureBundle.write(Texts.bytes("com.acme.v2", "", "csum"), "1.0.0", jar);
    byte[] bytes = jar.toByteArray();
    install("truth", bytes);
    assertEquals(
        List.of("com.acme.v2"),
        registry.view().states().stream().map(state -> state.profile().name()).toList());
  }

  @Test
  void equalTextsMakeEqualBundles() throws IOException {
    byte[] once = feature("com.acme.v1.2.3.4.5", "csum");
    assertEquals("1.2.3.4_5", io.mooring.profile.Version.of("com.acme.v1.2.3.4.5").osgi());
    assertTrue(java.util.Arrays.equals(once, feature("com.acme.v1.2.3.4.5", "csum")));
  }
}
