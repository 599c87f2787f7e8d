package io.mooring.profile;

import io.mooring.api.profile.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * What a host would publish that started the bundles of a distribution, read from their manifests:
 * nothing is started.
 */
final class Distribution {

  private Distribution() {}

  /** Reads {@code bundles/} and {@code features/} below a directory. */
  static Published read(Path directory) throws IOException {
    var catalogue = new Catalogue();
    for (Path jar : jars(directory.resolve("features"))) {
      try (var file = new JarFile(jar.toFile());
          InputStream text = file.getInputStream(file.getEntry(FeatureBundle.ENTRY))) {
        catalogue.put("file " + jar, new Catalogue.Entry(ProfileText.parse(text.readAllBytes())));
      }
    }
    View view =
        View.of(
            catalogue.entries(),
            host(jars(directory.resolve("bundles"))),
            Switches.NONE,
            Switches.ALL);
    return Published.of(HostName.read(), view, Switches.NONE);
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static Host host(List<Path> jars) throws IOException {
    var manifests = new ArrayList<Manifest>();
    for (Path jar : jars) {
      try (var file = new JarFile(jar.toFile())) {
        if (file.getManifest() != null) {
          manifests.add(file.getManifest());
        }
      }
    }
    return host(manifests.stream());
  }

  /** A host of the engine and the devices that manifests tell of. */
  static Host host(Stream<Manifest> manifests) {
    List<Manifest> all = manifests.toList();
    for (Manifest engine : all) {
      for (Map<String, String> rings : Capabilities.of(engine, FeatureBundle.ENGINE)) {
        return new Host(name(engine), devices(all, rings));
      }
    }
    return Host.EMPTY;
  }

  private static NavigableMap<String, Profile> devices(
      List<Manifest> all, Map<String, String> rings) {
    var devices = new TreeMap<String, Profile>();
    for (Manifest manifest : all) {
      for (Map<String, String> device : Capabilities.of(manifest, FeatureBundle.DEVICE)) {
        String type = device.get("device");
        devices.put(
            type,
            Host.device(
                type,
                features(type, rings) | features(type, device),
                Integer.parseInt(rings.get("max_ring")),
                Integer.parseInt(device.get("max_queues"))));
      }
    }
    return devices;
  }

  private static long features(String type, Map<String, String> capability) {
    FeatureNames names = FeatureNames.ofAny(type);
    return Stream.of(capability.getOrDefault("features", "").split(",", -1))
        .flatMapToInt(name -> names.bit(name).stream())
        .mapToLong(bit -> 1L << bit)
        .reduce(0, (a, b) -> a | b);
  }

  private static String name(Manifest manifest) {
    var headers = manifest.getMainAttributes();
    return headers.getValue("Bundle-SymbolicName") + " " + headers.getValue("Bundle-Version");
  }
}
