package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.mooring.api.profile.ProfileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedJsonTest {

  @TempDir Path directory;

  private Registry registry;

  @BeforeEach
  void start() throws IOException {
    registry =
        new Registry(
            new Ledger(directory.resolve("ledger")),
            new Pins(directory.resolve("pins")),
            HashMap::new,
            () -> {});
    try (Stream<Path> files = Files.walk(Path.of("../../features"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".profile")).toList()) {
        registry.put("file " + file, ProfileText.parse(Files.readAllBytes(file)));
      }
    }
  }

  private Published published() {
    return Published.of("here", registry.view(), registry.switches());
  }

  @Test
  void whatIsPublishedObeysTheSchema() throws IOException {
    assertValid(published());
    ProfileState most = registry.view().get("org.dpdk.v16.11");
    registry.host(
        Texts.host(FeatureNames.of("net").names(most.profile().features()).toArray(String[]::new)));
    assertTrue(published().supported().contains(registry.view().get("org.dpdk.v16.11")));
    assertValid(published());
    registry.switches(Switches.NONE.with("tso", false, Switches.ALL).with("csum", false, "port.1"));
    assertValid(published());
  }

  private static void assertValid(Published published) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(Path.of("../../docs/profiles.schema.json")));
    String json = PublishedJson.print(published);
    assertEquals(List.of(), schema.validate(json, InputFormat.JSON), json);
    assertTrue(
        !schema.validate(json.replace("\"hash\"", "\"hush\""), InputFormat.JSON).isEmpty(),
        "a document without hashes must not pass");
  }

  @Test
  void isReadBack() {
    registry.host(Texts.host("mrg_rxbuf", "ctrl_rx", "csum"));
    registry.switches(Switches.NONE.with("csum", false, "p"));
    Published read = PublishedJson.parse(PublishedJson.print(published()));
    assertEquals(PublishedJson.print(published()), PublishedJson.print(read));
    assertEquals("org.dpdk.v1.8", read.find("org.dpdk.latest").orElseThrow().profile().name());
    assertEquals("io.fd.vpp.v16.06", read.find("io.fd.vpp.v16.09").orElseThrow().profile().name());
  }

  @Test
  void refusesOtherDocumentsInOneLine() throws IOException {
    Map<String, String> documents =
        Map.of(
            "", "it is no published list: it lacks schemaVersion or supported",
            "{\"schemaVersion\": 2, \"supported\": []}", "its schemaVersion is 2, known is 1",
            "{\"schemaVersion\": 1, \"supported\": [{}]}", "a profile lacks its name or values",
            "{\"schemaVersion\": 1, \"supported\": [{\"name\": \"a\", \"values\": \"x=on\"}]}",
                "name a is not vendor.vN, lower case, at most 100 characters, as org.dpdk.v18.11"
                    + " is",
            "{\"schemaVersion\": 1, \"supported\": [{\"name\": \"a.v1\", \"values\": \"x=on\"}]}",
                "the values lack device=: allowed are blk and net");
    for (var each : documents.entrySet()) {
      Path file = directory.resolve("published.json");
      Files.writeString(file, each.getKey());
      assertEquals(file + ": " + each.getValue(), refused(file));
    }
    Path binary = directory.resolve("binary");
    Files.write(binary, new byte[] {'[', 0, (byte) 0xff});
    assertTrue(refused(binary).startsWith(binary + ": it is no published list: "));
    Path none = directory.resolve("none");
    assertEquals(none + ": no such file", refused(none));
  }

  private static String refused(Path file) {
    String line =
        assertThrows(IllegalArgumentException.class, () -> PublishedJson.read(file)).getMessage();
    assertTrue(line.indexOf('\n') < 0, line);
    return line;
  }
}
