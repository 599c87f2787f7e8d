package io.mooring.frontend;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The kernel's own back-end, behind a device file: {@code /dev/vhost-net}. */
final class KernelVhost {

  private static final Path DEVICE = Path.of("/dev/vhost-net");
  private static final int FILE_TYPE = 0xf000;
  private static final int CHARACTER_DEVICE = 0x2000;

  private KernelVhost() {}

  /** Whether a path is a device rather than a socket. */
  static boolean isMeant(Path path) throws IOException {
    if (path.equals(DEVICE)) {
      return true;
    }
    if (!Files.exists(path)) {
      return false;
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", new LinkOption[0]);
    return (mode & FILE_TYPE) == CHARACTER_DEVICE;
  }

  /**
   * What the kernel offers for one queue pair.
   *
   * @throws IOException one line: no such device, not allowed, or no vhost device
   */
  static Probe probe(Os os, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(
          "%s is not there: this kernel has no vhost_net, or its module is not loaded"
              .formatted(path));
    }
    var nothing = OptionalLong.empty();
    return new Probe(os.vhostFeatures(path), nothing, nothing, nothing, Optional.empty());
  }

  /** Where a profile's values come from, with what the kernel leaves to others. */
  static String source(Path path) {
    return "asked of the kernel at %s; offloads are the TAP's and not among them; ring and MTU are assumed"
        .formatted(path);
  }
}
