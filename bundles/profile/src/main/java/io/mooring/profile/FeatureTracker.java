package io.mooring.profile;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the profiles of feature bundles to the registry as they are installed, whether they can
 * resolve or not, and drops them as they are uninstalled.
 *
 * <p>It never resolves them, which nothing needs: who resolves holds the framework's one lock for
 * it, and interrupts whoever updates or starts a bundle meanwhile (OSGi R8 Core, 4.4.9).
 */
final class FeatureTracker implements BundleTrackerCustomizer<String> {

  private static final Logger LOG = LoggerFactory.getLogger(FeatureTracker.class);

  private final BundleContext context;
  private final Registry registry;
  private final BundleTracker<String> tracker;
  private volatile boolean closed;

  FeatureTracker(BundleContext context, Registry registry) {
    this.context = context;
    this.registry = registry;
    int there =
        Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;
    tracker = new BundleTracker<>(context, there, this);
  }

  void open() {
    tracker.open();
  }

  void close() {
    closed = true;
    tracker.close();
  }

  @Override
  public String addingBundle(Bundle bundle, BundleEvent event) {
    List<BundleCapability> profiles =
        bundle.adapt(BundleRevision.class).getDeclaredCapabilities(FeatureBundle.PROFILE);
    if (profiles.isEmpty()) {
      return null;
    }
    String origin = "bundle %s [%d]".formatted(bundle.getSymbolicName(), bundle.getBundleId());
    bring(origin, bundle, profiles.getFirst().getAttributes());
    return origin;
  }

  private void bring(String origin, Bundle bundle, Map<String, Object> attributes) {
    try {
      ProfileText text = ProfileText.parse(read(bundle));
      require(attributes, "name", text.profile().name());
      require(attributes, "hash", Values.hash(text.profile()));
      registry.put(origin, text, obstacle(bundle));
    } catch (IOException | IllegalArgumentException wrong) {
      LOG.error("{} is refused: {}", origin, wrong.getMessage());
    }
  }

  private static byte[] read(Bundle bundle) throws IOException {
    URL entry = bundle.getEntry(FeatureBundle.ENTRY);
    if (entry == null) {
      throw new IOException("it has no " + FeatureBundle.ENTRY);
    }
    try (InputStream text = entry.openStream()) {
      return text.readNBytes(ProfileText.MAX_BYTES + 1);
    }
  }

  private static void require(Map<String, Object> attributes, String key, String value) {
    if (!value.equals(attributes.get(key))) {
      throw new IllegalArgumentException(
          "its manifest says %s=%s, its profile %s".formatted(key, attributes.get(key), value));
    }
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, String origin) {
    if (event != null && event.getType() == BundleEvent.UPDATED) {
      List<BundleCapability> profiles =
          bundle.adapt(BundleRevision.class).getDeclaredCapabilities(FeatureBundle.PROFILE);
      if (profiles.isEmpty()) {
        registry.remove(origin);
      } else {
        bring(origin, bundle, profiles.getFirst().getAttributes());
      }
    }
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, String origin) {
    if (!closed) {
      registry.remove(origin);
    }
  }

  /** Tells the registry what keeps each from being served now. */
  void look() {
    tracker.getTracked().forEach((bundle, origin) -> registry.obstacle(origin, obstacle(bundle)));
  }

  private String obstacle(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision == null) {
      return "";
    }
    FrameworkWiring wiring =
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    String lacking =
        revision.getDeclaredRequirements(null).stream()
            .filter(requirement -> wiring.findProviders(requirement).isEmpty())
            .map(FeatureTracker::lacking)
            .collect(Collectors.joining(", "));
    return lacking.isEmpty() ? "" : "its bundle cannot resolve: " + lacking;
  }

  private static String lacking(BundleRequirement requirement) {
    return "no %s has %s"
        .formatted(
            requirement.getNamespace(),
            requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "it"));
  }
}
