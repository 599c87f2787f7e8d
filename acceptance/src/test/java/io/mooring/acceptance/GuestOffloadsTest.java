package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.acceptance.rig.Guest;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two Linux guests with a card for each offload and ring feature. One's card has all features but
 * this one, the other's has nothing else, and the two exchange files: so each is on and off, at
 * either side, and most of what one leaves undone the other does not take.
 */
final class GuestOffloadsTest {

  /** With the control queue go those that are nothing without it. */
  private static final Set<NetFeature> CONTROL =
      EnumSet.of(
          NetFeature.CTRL_VQ,
          NetFeature.CTRL_RX,
          NetFeature.CTRL_RX_EXTRA,
          NetFeature.CTRL_VLAN,
          NetFeature.CTRL_MAC_ADDR,
          NetFeature.CTRL_GUEST_OFFLOADS,
          NetFeature.GUEST_ANNOUNCE);

  /** What QEMU offers where it is not told otherwise. */
  private static final Set<Feature> USUAL =
      Stream.concat(
              Stream.of(
                  NetFeature.CSUM,
                  NetFeature.GUEST_CSUM,
                  NetFeature.GSO,
                  NetFeature.GUEST_TSO4,
                  NetFeature.GUEST_TSO6,
                  NetFeature.GUEST_ECN,
                  NetFeature.GUEST_UFO,
                  NetFeature.HOST_TSO4,
                  NetFeature.HOST_TSO6,
                  NetFeature.HOST_ECN,
                  NetFeature.HOST_UFO,
                  NetFeature.MRG_RXBUF,
                  RingFeature.INDIRECT_DESC,
                  RingFeature.EVENT_IDX),
              CONTROL.stream())
          .collect(Collectors.toUnmodifiableSet());

  /** A feature, with the properties of QEMU's cards that have all but it, and nothing else. */
  private record Kind(Feature feature, String without, String with) {

    /** With others that it cannot be without. */
    static Kind of(Feature feature, Feature... needs) {
      Set<Feature> rest = USUAL.stream().collect(Collectors.toSet());
      rest.remove(feature);
      Arrays.asList(needs).forEach(rest::remove);
      return new Kind(feature, off(Set.of(feature)), off(rest));
    }

    private static String off(Set<? extends Feature> features) {
      return features.stream()
          .map(each -> each.property() + "=off")
          .collect(Collectors.joining(","));
    }

    static Kind control() {
      Set<Feature> rest = USUAL.stream().collect(Collectors.toSet());
      rest.removeAll(CONTROL);
      return new Kind(NetFeature.CTRL_VQ, off(CONTROL), off(rest));
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          Kind.of(NetFeature.CSUM),
          Kind.of(NetFeature.GUEST_CSUM),
          Kind.of(NetFeature.HOST_TSO4, NetFeature.CSUM),
          Kind.of(NetFeature.HOST_TSO6, NetFeature.CSUM),
          Kind.of(NetFeature.HOST_ECN, NetFeature.CSUM, NetFeature.HOST_TSO4),
          Kind.of(NetFeature.HOST_UFO, NetFeature.CSUM),
          Kind.of(NetFeature.GUEST_TSO4, NetFeature.GUEST_CSUM),
          Kind.of(NetFeature.GUEST_TSO6, NetFeature.GUEST_CSUM),
          Kind.of(NetFeature.GUEST_ECN, NetFeature.GUEST_CSUM, NetFeature.GUEST_TSO4),
          Kind.of(NetFeature.GUEST_UFO, NetFeature.GUEST_CSUM),
          Kind.of(NetFeature.MRG_RXBUF),
          Kind.of(RingFeature.INDIRECT_DESC),
          Kind.of(RingFeature.EVENT_IDX),
          Kind.control(),
          new Kind(NetFeature.HASH_REPORT, "hash=off", "hash=on,rss=on"),
          new Kind(RingFeature.RING_PACKED, "packed=off", "packed=on"),
          new Kind(RingFeature.VERSION_1, "disable-modern=on", "disable-legacy=on"));

  private static GuestPair guests;

  @BeforeAll
  static void boot() {
    guests =
        new GuestPair(
            KINDS.stream().map(each -> GuestPair.Network.of(each.without(), each.with())).toList());
  }

  @AfterAll
  static void end() {
    guests.close();
  }

  static Stream<Arguments> kinds() {
    return IntStream.range(0, KINDS.size())
        .mapToObj(kind -> arguments(named(KINDS.get(kind).feature().property(), kind)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void filesArriveWholeBothWaysAndTheFeatureIsAtOneSideOnly(int kind) {
    Feature feature = KINDS.get(kind).feature();
    assertFalse(has(guests.first(), kind, feature), "has " + feature.property());
    assertTrue(has(guests.second(), kind, feature), "lacks " + feature.property());
    guests.assertFilesArrive(feature.property() + " at the second guest only", kind);
  }

  /** It would have to program the kernel's taps, and so does not let a guest have it elsewhere. */
  @Test
  void qemuOffersRssWithNoVhostUserBackEnd() {
    int kind = KINDS.stream().map(Kind::feature).toList().indexOf(NetFeature.HASH_REPORT);
    assertTrue(has(guests.second(), kind, NetFeature.HASH_REPORT));
    assertFalse(has(guests.second(), kind, NetFeature.RSS));
  }

  private static boolean has(Guest guest, int kind, Feature feature) {
    return guest.negotiated(guest.cards().get(kind), feature);
  }
}
