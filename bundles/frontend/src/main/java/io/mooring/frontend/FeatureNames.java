package io.mooring.frontend;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Names of the bits of feature words, ascending; a bit without a name is {@code bitN}. */
final class FeatureNames {

  private static final List<Feature> NET =
      Stream.<Feature>concat(
              Arrays.stream(RingFeature.values()), Arrays.stream(NetFeature.values()))
          .toList();

  private FeatureNames() {}

  /** Of a network device's virtio features. */
  static List<String> net(long features) {
    return bits(features).map(FeatureNames::netName).toList();
  }

  /** Of protocol features. */
  static List<String> protocol(long features) {
    return bits(features).map(FeatureNames::protocolName).toList();
  }

  private static String protocolName(int bit) {
    return Arrays.stream(ProtocolFeature.values())
        .filter(each -> each.bit() == bit)
        .findFirst()
        .map(each -> each.name().toLowerCase(Locale.ROOT))
        .orElse("bit" + bit);
  }

  private static String netName(int bit) {
    Optional<Feature> known = NET.stream().filter(each -> each.bit() == bit).findFirst();
    return known.map(Feature::property).orElse("bit" + bit);
  }

  private static Stream<Integer> bits(long word) {
    List<Integer> bits = new ArrayList<>();
    for (long left = word; left != 0; left &= left - 1) {
      bits.add(Long.numberOfTrailingZeros(left));
    }
    return bits.stream();
  }
}
