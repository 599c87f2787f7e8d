package io.mooring.profile;

import io.mooring.api.virtio.BlkFeature;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The names of a device type's feature bits, both ways; a bit without a name is {@code bit_N}. */
final class FeatureNames {

  private static final Pattern NUMBERED = Pattern.compile("bit_(0|[1-9][0-9]?)");

  private static final Map<String, FeatureNames> DEVICES =
      Map.of(
          "blk",
          new FeatureNames(BlkFeature.values()),
          "net",
          new FeatureNames(NetFeature.values()));

  /** For a device of a vendor's own, whose features only it can name. */
  private static final FeatureNames RING = new FeatureNames();

  private final Map<String, Integer> bits = new TreeMap<>();
  private final String[] names = new String[Long.SIZE];

  private FeatureNames(Feature... own) {
    Stream.concat(Stream.of(own), Stream.of(RingFeature.values()))
        .forEach(feature -> {
          bits.put(feature.property(), feature.bit());
          names[feature.bit()] = feature.property();
        });
    for (int bit = 0; bit < names.length; bit++) {
      if (names[bit] == null) {
        names[bit] = "bit_" + bit;
      }
    }
  }

  /** The names of a device type's features. */
  static FeatureNames of(String device) {
    FeatureNames names = DEVICES.get(device);
    if (names == null) {
      throw new IllegalArgumentException(
          "device=%s is not known: allowed are blk and net".formatted(Text.shown(device)));
    }
    return names;
  }

  /** Whether profiles can be of this device type. */
  static boolean knows(String device) {
    return DEVICES.containsKey(device);
  }

  /** The same for any device type; of one that is not known, those of the ring. */
  static FeatureNames ofAny(String device) {
    return DEVICES.getOrDefault(device, RING);
  }

  /** All names that have a meaning, sorted. */
  Collection<String> all() {
    return bits.keySet();
  }

  String name(int bit) {
    return names[bit];
  }

  /** The names of the bits that are set, sorted. */
  List<String> names(long features) {
    return IntStream.range(0, Long.SIZE)
        .filter(bit -> (features >>> bit & 1) != 0)
        .mapToObj(this::name)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  /** Whether the virtio specification gives the bit a meaning. */
  boolean defined(int bit) {
    return bits.containsKey(names[bit]);
  }

  /**
   * The bit of a name; empty when it is no feature's.
   *
   * @throws IllegalArgumentException for the number of a bit that has a name: a feature has only
   *     one spelling
   */
  OptionalInt bit(String name) {
    Integer known = bits.get(name);
    if (known != null) {
      return OptionalInt.of(known);
    }
    var numbered = NUMBERED.matcher(name);
    if (!numbered.matches() || Integer.parseInt(numbered.group(1)) >= Long.SIZE) {
      return OptionalInt.empty();
    }
    int bit = Integer.parseInt(numbered.group(1));
    if (defined(bit)) {
      throw new IllegalArgumentException("%s has a name: write %s".formatted(name, names[bit]));
    }
    return OptionalInt.of(bit);
  }
}
