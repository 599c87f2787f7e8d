package io.mooring.profile;

import io.mooring.api.profile.Profile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Profiles and hosts as tests write them. */
final class Texts {

  static final String LIMITS = ",max_ring=256,max_queue_pairs=1,mtu=1500";

  private Texts() {}

  /** A net profile with these features on, small limits. */
  static ProfileText profile(String name, String... features) {
    return aliased(name, "", features);
  }

  static ProfileText aliased(String name, String aliases, String... features) {
    return ProfileText.parse(bytes(name, aliases, features));
  }

  /** A file's bytes. */
  static byte[] bytes(String name, String aliases, String... features) {
    String values = features.length == 0 ? "" : "," + String.join("=on,", features) + "=on";
    return "name: %s\naliases: %s\nsource: test\nvalues: device=net%s%s\n"
        .formatted(name, aliases, values, LIMITS)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A host whose net device offers these features. */
  static Host host(String... features) {
    long able =
        Stream.of(features)
            .mapToLong(name -> 1L << FeatureNames.of("net").bit(name).getAsInt())
            .reduce(0, (a, b) -> a | b);
    var devices = new TreeMap<String, Profile>();
    devices.put("net", Host.device("net", able, 1024, 256));
    return new Host("test engine 1.0.0", devices);
  }

  static List<String> names(View view) {
    return view.served().stream().map(state -> state.profile().name()).toList();
  }
}
