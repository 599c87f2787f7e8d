package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Feature bundles resolve by what the manifest says: that must be what the engine does. */
class ProvidedFeaturesTest {

  @Test
  void theManifestProvidesWhatTheEngineDoes() throws IOException {
    var engine = new RingEngine(null);
    String features =
        Stream.of(RingFeature.values())
            .filter(feature -> feature.in(engine.features()))
            .map(Feature::property)
            .sorted()
            .collect(Collectors.joining(","));
    String capability =
        "io.mooring.engine;features:List<String>=\"%s\";max_ring:Long=%d"
            .formatted(features, engine.maxSize());
    try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
      String provided = new Manifest(in).getMainAttributes().getValue("Provide-Capability");
      assertTrue(
          provided.contains(capability),
          () -> "@Capability of RingEngine must say %s, not %s".formatted(capability, provided));
    }
  }
}
