package io.mooring.port;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sockets and eventfds that this process has open. */
record OpenSockets(List<String> targets) {

  static OpenSockets now() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return new OpenSockets(
          all.filter(each -> Files.exists(each, LinkOption.NOFOLLOW_LINKS))
              .map(OpenSockets::target)
              .filter(each -> each.startsWith("socket") || each.startsWith("anon_inode"))
              .sorted()
              .toList());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  /** Waits until these are open, and no others. */
  void assertSoon() {
    Eventually.holds(
        "sockets and eventfds are open as before: " + targets, () -> now().equals(this));
  }
}
