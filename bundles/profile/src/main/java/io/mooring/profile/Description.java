package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** An interface by whatever management has of it: a name, values, or one of several files. */
final class Description {

  private static final int MAX_BYTES = 16 << 20;

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
    String text = read(file);
    try {
      return switch (text.stripLeading()) {
        case String status when status.contains(QmpStatus.MARK) ->
            state(QmpStatus.parse(status), "QMP status " + file);
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

  /**
   * The text of a file that somebody names.
   *
   * @throws IllegalArgumentException when it cannot be read; one line that names it
   */
  static String read(Path file) {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("%s: an absolute path is needed".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "%s: it is longer than %d bytes".formatted(file, MAX_BYTES));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      throw new IllegalArgumentException("%s: no such file".formatted(file));
    } catch (IOException failure) {
      throw new IllegalArgumentException("%s: %s".formatted(file, failure.getMessage()), failure);
    }
  }

  private static ProfileState state(Profile profile, String origin) {
    return new ProfileState(
        profile, Values.print(profile), Values.hash(profile), List.of(), "", origin, List.of());
  }
}
