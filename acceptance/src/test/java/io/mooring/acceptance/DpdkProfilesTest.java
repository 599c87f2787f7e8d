package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * DPDK's profiles against DPDK: the table that was read from every release, and a back-end that
 * runs. Bit 30 is the vhost-user channel's own, which every port of ours offers, and no feature of
 * the device.
 */
final class DpdkProfilesTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String LINEAGE = "org.dpdk.v";

  private static final Path TABLE =
      Path.of("bundles/profile/src/test/resources/io/mooring/profile/dpdk-features.csv");

  /** The features of each release's vhost library, without bit 30, by the profile's name. */
  private static Map<String, Long> table() throws IOException {
    Map<String, Long> table = new TreeMap<>();
    List<String> lines = Files.readAllLines(Distribution.directory().resolve(TABLE));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      String release = cells[0].replaceFirst("^([0-9]\\.[0-9])\\.0$", "$1");
      table.put(LINEAGE + release, device(Long.decode(cells[1])));
    }
    return table;
  }

  private static long device(long features) {
    return features & ~RingFeature.PROTOCOL_FEATURES.mask();
  }

  private static Probe ask(Path socket) throws IOException {
    return Probe.of(Lab.OS, Lab.TRANSPORT, socket, LIMIT);
  }

  private static String hex(long word) {
    return "0x" + Long.toHexString(word);
  }

  private static long number(String values, String key) {
    for (String value : values.split(",", -1)) {
      if (value.startsWith(key + "=")) {
        return Long.parseLong(value.substring(key.length() + 1));
      }
    }
    throw new AssertionError(key + " is not in " + values);
  }

  /** The features that a list of values has. */
  private static long named(String values) {
    long features = 0;
    for (String value : values.split(",", -1)) {
      if (value.endsWith("=on")) {
        features |= mask(value.substring(0, value.length() - "=on".length()));
      }
    }
    return features;
  }

  private static long mask(String name) {
    return Stream.<Feature>concat(
            Arrays.stream(RingFeature.values()), Arrays.stream(NetFeature.values()))
        .filter(feature -> feature.property().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no feature is called " + name))
        .mask();
  }

  @Test
  void everyServedProfileIsOfferedBitForBit() throws IOException {
    Map<String, Long> table = table();
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(scratch, "--port", "a=" + scratch.file("%p"))) {
      for (var profile : mooring.profiles().entrySet()) {
        String name = profile.getKey();
        Probe answer = ask(scratch.file(name));
        long features = device(answer.features());
        assertTrue(RingFeature.PROTOCOL_FEATURES.in(answer.features()), name);
        long pairs = number(profile.getValue(), "max_queue_pairs");
        assertEquals(pairs, answer.queues().orElseThrow(), name + "'s queue pairs");
        assertEquals(hex(named(profile.getValue())), hex(features), name);
        if (name.startsWith(LINEAGE)) {
          assertTrue(table.containsKey(name), name + " is not in the table");
          assertEquals(hex(table.get(name)), hex(features), name);
        }
      }
      mooring.stop();
    }
  }

  @Test
  void theBackEndThatRunsOffersWhatItsProfileSays() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = MooringProcess.start(scratch)) {
      assertOffers(mooring, scratch, "", "org.dpdk.net_vhost.v" + TestPmd.version());
      // Then nothing of the library is left out.
      assertOffers(mooring, scratch, ",tso=1,iommu-support=1", LINEAGE + TestPmd.version());
      mooring.stop();
    }
  }

  private static void assertOffers(
      MooringProcess mooring, Scratch scratch, String options, String name) throws IOException {
    // One that is killed leaves its socket, which the next of its kind does not replace.
    Path socket = scratch.file("dpdk" + options.length());
    try (TestPmd _ = TestPmd.backEnd(options, socket)) {
      JsonObject live = mooring.json("vhost:probe " + socket).getAsJsonObject();
      Path file = scratch.file("live.profile");
      String asked = mooring.must("vhost:probe %s --as-profile com.example.v1".formatted(socket));
      Files.writeString(file, asked);
      long features = Long.decode(live.get("features").getAsString());
      assertEquals(hex(features), hex(ask(socket).features()), "asked by another program");
      assertEquals(features(mooring, name), features(mooring, file.toString()), name);
      // One that does not know profiles is asked and not disturbed.
      JsonObject wished =
          mooring.json("vhost:probe %s --profile %s".formatted(socket, name)).getAsJsonObject();
      assertEquals(live.get("features"), wished.get("features"));
      assertEquals("unknown", wished.getAsJsonObject("profile").get("outcome").getAsString());
    }
  }

  /** The values of an interface that are features. */
  private static String features(MooringProcess mooring, String profile) {
    String values =
        mooring.json("vhost:profile " + profile).getAsJsonObject().get("values").getAsString();
    return values.replaceAll("max_ring.*", "");
  }
}
