package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The newest io.mooring version is all that the shipped engine and net device do. */
class OwnProfileTest {

  private static final Pattern PROVIDED =
      Pattern.compile("io\\.mooring\\.(?:engine|device);[^\"]*features:List<String>=\"([^\"]*)\"");

  private static final Pattern ON = Pattern.compile("(\\w+)=on");
  private static final Pattern VERSION = Pattern.compile("io\\.mooring\\.v(\\d+)\\.profile");

  /** What QEMU does to a guest of a vhost-user back-end without telling the back-end. */
  private static final String WITHHELD = "queue_reset";

  private static Set<String> provided() throws IOException {
    var features = new TreeSet<String>();
    var loader = OwnProfileTest.class.getClassLoader();
    for (URL manifest : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
      try (InputStream in = manifest.openStream()) {
        String header = new Manifest(in).getMainAttributes().getValue("Provide-Capability");
        PROVIDED
            .matcher(header == null ? "" : header)
            .results()
            .forEach(match -> Collections.addAll(features, match.group(1).split(",", -1)));
      }
    }
    features.remove(WITHHELD);
    return features;
  }

  private static int version(Path file) {
    var name = VERSION.matcher(file.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  private static Set<String> newest() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../features/mooring"))) {
      Path newest = files.max(Comparator.comparingInt(OwnProfileTest::version)).orElseThrow();
      var features = new TreeSet<String>();
      ON.matcher(Files.readString(newest)).results().forEach(on -> features.add(on.group(1)));
      return features;
    }
  }

  @Test
  void whatMooringDoesIsInItsNewestProfile() throws IOException {
    assertEquals(
        provided(),
        newest(),
        "the engine or net does more or less than the newest features/mooring/io.mooring.vN:"
            + " once that is released, a new version is due");
  }
}
