package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.api.profile.MovePlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered from a distribution that does not run. */
class MainTest {

  @TempDir Path distribution;

  private void bundle(String name, String capability) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Bundle-Version", "1.2.3");
    headers.putValue("Provide-Capability", capability);
    Path directory = Files.createDirectories(distribution.resolve("bundles/3"));
    try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".jar"))) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private void feature(String name, String... features) throws IOException {
    Path directory = Files.createDirectories(distribution.resolve("features"));
    try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".jar"))) {
      FeatureBundle.write(Texts.bytes(name, "", features), "1.0.0", out);
    }
  }

  private Published distribution() throws IOException {
    bundle(
        "engine",
        "osgi.service;objectClass:List<String>=\"a.B,c.D\";uses:=\"a\",io.mooring.engine;"
            + "features:List<String>=\"packed,version_1\";max_ring:Long=512");
    bundle(
        "net",
        "io.mooring.device;device=net;features:List<String>=\"csum\";max_queues:Long=8,x;y=z");
    bundle("other", "io.mooring.devices;device=blk");
    feature("com.acme.v1", "csum", "version_1");
    feature("com.acme.v2", "csum", "gso", "version_1");
    return Distribution.read(distribution);
  }

  @Test
  void aDistributionTellsWhatItWouldServe() throws IOException {
    Published here = distribution();
    assertEquals("engine 1.2.3", here.engine());
    assertEquals(
        "device=net,csum=on,packed=on,version_1=on,max_ring=512,max_queue_pairs=4,mtu=65535",
        Values.print(here.offers().get("net")));
    assertEquals(Map.of("net", "com.acme.v1"), here.latest());
    assertEquals(
        "{\"type\":\"net\",\"features\":[],\"latest\":\"com.acme.v1\",\"supported\":[\"com.acme.v1\"]}",
        Main.capabilities(here));
  }

  @Test
  void nothingIsServedWithoutAnEngine() throws IOException {
    bundle("net", "io.mooring.device;device=net;features:List<String>=\"csum\";max_queues:Long=8");
    feature("com.acme.v1", "csum");
    assertEquals(List.of(), Distribution.read(distribution).supported());
  }

  @Test
  void aPlanIsAnsweredAsJson() {
    assertEquals(
        """
        {
          "possible": false,
          "missing": [
            "csum\\u003don"
          ],
          "lost": [],
          "profile": null,
          "restart": null
        }\
        """
            .replace("\\u003d", "="),
        Main.json(
            new MovePlan(
                false, List.of("csum=on"), List.of(), Optional.empty(), Optional.empty())));
  }

  @Test
  void aWrongCommandLineIsRefused() {
    assertEquals(
        Map.of("--from", "a", "--to", "b", "--json", ""),
        Main.options(List.of("--from", "a", "--json", "--to", "b")));
    for (List<String> wrong :
        List.of(List.of("--form", "a"), List.of("--from", "a", "--from", "b"))) {
      assertThrows(IllegalArgumentException.class, () -> Main.options(wrong));
    }
    assertEquals(0x130afffa7L, FeatureWord.parse("0x130afffa7"));
    assertThrows(IllegalArgumentException.class, () -> FeatureWord.parse("0xg"));
  }
}
