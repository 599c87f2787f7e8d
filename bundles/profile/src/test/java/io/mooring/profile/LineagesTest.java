package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** The profiles that we ship, against what was read from, and asked of, the real back-ends. */
class LineagesTest {

  private static final Map<String, Profile> BY_NAME = new HashMap<>();
  private static final Path FEATURES = Path.of("../../features");

  @BeforeAll
  static void readAll() throws IOException {
    for (Path file : files()) {
      ProfileText text = ProfileText.parse(Files.readAllBytes(file));
      assertEquals(text.profile().name() + ProfileText.SUFFIX, file.getFileName().toString());
      Stream.concat(Stream.of(text.profile().name()), text.aliases().stream())
          .forEach(name -> assertEquals(null, BY_NAME.put(name, text.profile()), name));
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "dpdk-features.csv", numLinesToSkip = 1)
  void everyDpdkReleaseHasItsLibrarysFeatures(String release, String word) {
    String name = "org.dpdk.v" + release.replaceFirst("^([0-9]\\.[0-9])\\.0$", "$1");
    assertOffers(name, word);
  }

  @ParameterizedTest
  @CsvSource({
    "org.dpdk.net_vhost.v22.11.11, 0xd7c66e7cb",
    "org.dpdk.net_vhost.v24.11, 0xd7c66e7cb",
    "org.dpdk.v22.11, 0xf7c66ffcb",
    "org.openvswitch.v3.1, 0xd7c66a7ca",
    "org.openvswitch.server.v3.7, 0xd7c66a7ca",
    "org.openvswitch.v3.2, 0xd7c66a7cb",
    "org.openvswitch.tso.v3.1, 0xd7c669fcb",
    "io.fd.vpp.v16.09, 0xc208000",
    "io.fd.vpp.v26.06, 0x11c628000",
    "io.fd.vpp.gso.v26.06, 0x11c62dd83",
  })
  void applicationsOfferWhatTheyWereSeenToOffer(String name, String word) {
    assertOffers(name, word);
  }

  /** The table has the vhost-user channel's own bit, which a profile has not: a port adds it. */
  private static void assertOffers(String name, String word) {
    long features = Long.decode(word) & ~RingFeature.PROTOCOL_FEATURES.mask();
    Profile profile = BY_NAME.get(name);
    assertEquals(Long.toHexString(features), Long.toHexString(profile.features()), name);
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(FEATURES)) {
      return all.filter(path -> path.toString().endsWith(ProfileText.SUFFIX)).toList();
    }
  }
}
