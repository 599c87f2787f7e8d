package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Feature bundles resolve by what the manifest says: that must be what the device does. */
class ProvidedFeaturesTest {

  @Test
  void theManifestProvidesWhatTheDeviceDoes() throws IOException {
    var type = new NetDeviceType(null);
    String features =
        Stream.of(NetFeature.values())
            .filter(feature -> feature.in(type.features()))
            .map(Feature::property)
            .sorted()
            .collect(Collectors.joining(","));
    String capability =
        "io.mooring.device;device=net;features:List<String>=\"%s\";max_queues:Long=%d"
            .formatted(features, type.maxQueues());
    try (InputStream in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
      String provided = new Manifest(in).getMainAttributes().getValue("Provide-Capability");
      assertTrue(
          provided.contains(capability),
          () -> "@Capability of NetDeviceType must say %s, not %s".formatted(capability, provided));
    }
  }
}
