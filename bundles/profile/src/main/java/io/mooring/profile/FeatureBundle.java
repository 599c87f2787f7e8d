package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A profile as a bundle: the text of its file, and a manifest that provides the profile and
 * requires the features that it needs of an engine and a device, so that it cannot resolve where
 * one is lacking.
 */
final class FeatureBundle {

  /** Namespace of what a feature bundle provides: name, lineage, version, hash, device. */
  static final String PROFILE = "io.mooring.profile";

  /** Namespace of what a ring engine provides: features, max_ring. */
  static final String ENGINE = "io.mooring.engine";

  /** Namespace of what a device's bundle provides: device, features, max_queues. */
  static final String DEVICE = "io.mooring.device";

  /** What a feature bundle's symbolic name begins with; the profile's name follows. */
  static final String SYMBOLIC_NAME = "io.mooring.feature.";

  /** Where the text is in the bundle. */
  static final String ENTRY = "OSGI-INF/mooring.profile";

  private static final Set<String> RING =
      Stream.of(RingFeature.values()).map(Feature::property).collect(Collectors.toSet());

  /** Equal texts make equal bytes. */
  private static final LocalDateTime STAMP = LocalDateTime.of(2026, 1, 1, 0, 0);

  private FeatureBundle() {}

  /**
   * Writes the bundle of a profile's text.
   *
   * @param version of the bundle, not of the profile
   * @throws IllegalArgumentException when the text is no profile
   */
  static void write(byte[] text, String version, OutputStream out) throws IOException {
    Manifest manifest = manifest(ProfileText.parse(text).profile(), version);
    try (var jar = new JarOutputStream(out)) {
      jar.putNextEntry(entry(JarFile.MANIFEST_NAME));
      manifest.write(jar);
      jar.putNextEntry(entry(ENTRY));
      jar.write(text);
    }
  }

  private static ZipEntry entry(String name) {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(STAMP);
    return entry;
  }

  private static Manifest manifest(Profile profile, String version) {
    var manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", SYMBOLIC_NAME + profile.name());
    headers.putValue("Bundle-Version", version);
    headers.putValue("Bundle-Name", "Profile " + profile.name());
    headers.putValue("Provide-Capability", provided(profile));
    headers.putValue("Require-Capability", String.join(",", required(profile)));
    return manifest;
  }

  private static String provided(Profile profile) {
    Version version = Version.of(profile.name());
    return "%s;name=\"%s\";lineage=\"%s\";version:Version=\"%s\";hash=\"%s\";device=\"%s\""
        .formatted(
            PROFILE,
            profile.name(),
            version.lineage(),
            version.osgi(),
            Values.hash(profile),
            profile.device());
  }

  /** One requirement a value, so that a resolver's complaint names the one that is lacking. */
  private static List<String> required(Profile profile) {
    var required = new ArrayList<String>();
    List<String> names = FeatureNames.of(profile.device()).names(profile.features());
    required.add(needs(ENGINE, "(max_ring>=%d)".formatted(profile.maxRing())));
    names.stream()
        .filter(RING::contains)
        .forEach(name -> required.add(needs(ENGINE, "(features=%s)".formatted(name))));
    int queues = (profile.device().equals("net") ? 2 : 1) * profile.maxQueuePairs();
    String device = "(&(device=%s)%s)";
    required.add(
        needs(DEVICE, device.formatted(profile.device(), "(max_queues>=%d)".formatted(queues))));
    names.stream()
        .filter(name -> !RING.contains(name))
        .forEach(name ->
            required.add(
                needs(
                    DEVICE, device.formatted(profile.device(), "(features=%s)".formatted(name)))));
    return required;
  }

  private static String needs(String namespace, String filter) {
    return "%s;filter:=\"%s\"".formatted(namespace, filter);
  }
}
