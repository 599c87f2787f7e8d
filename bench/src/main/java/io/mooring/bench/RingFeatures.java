package io.mooring.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The names of those virtio features that decide how rings are driven (virtio 1.3, section 6). */
final class RingFeatures {

  private static final Map<Integer, String> NAMES =
      new TreeMap<>(
          Map.of(
              15, "mrg_rxbuf",
              28, "indirect_desc",
              29, "event_idx",
              32, "version_1",
              34, "ring_packed",
              35, "in_order"));

  private RingFeatures() {}

  static String names(long features) {
    return NAMES.entrySet().stream()
        .filter(each -> (features >>> each.getKey() & 1) != 0)
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(" "));
  }
}
