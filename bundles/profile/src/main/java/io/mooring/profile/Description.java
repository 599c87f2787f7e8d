package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** An interface by whatever management has of it: a name, values, or one of several files. */
final class Description {

  private Description() {}

  /** Whether a text is meant as a file's path: no name and no list of values has a slash. */
  static boolean isFile(String what) {
    return what.contains("/");
  }

  /**
   * Reads a description.
   *
   * @param named finds a profile by name, or refuses the name
   * @throws IllegalArgumentException in one line that names the file, if it is one, and what is
   *     wrong
   */
  static ProfileState of(String what, Function<String, ProfileState> named) {
    if (isFile(what)) {
      return ofFile(Path.of(what));
    }
    return Values.isList(what) ? state(Values.given(what), "values") : named.apply(what);
  }

  private static ProfileState ofFile(Path file) {
    String text = WholeFile.read(file);
    try {
      return switch (text.stripLeading()) {
        case String json when json.startsWith("{") -> latest(PublishedJson.parse(json));
        case String xml when xml.startsWith("<") ->
            state(LibvirtInterface.parse(xml), "libvirt domain " + file);
        case String line when line.contains("-device") ->
            state(QemuDevice.parse(line), "QEMU command line " + file);
        case String profile ->
            state(
                ProfileText.parse(profile.getBytes(StandardCharsets.UTF_8)).profile(),
                "file " + file);
      };
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private static ProfileState latest(Published published) {
    return published
        .find(published.latest().getOrDefault("net", ""))
        .orElseThrow(() -> new IllegalArgumentException("its host serves no profile for net"));
  }

  private static ProfileState state(Profile profile, String origin) {
    return new ProfileState(
        profile, Values.print(profile), Values.hash(profile), List.of(), "", origin, List.of());
  }
}
