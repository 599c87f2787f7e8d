package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The programs that Mooring is tested with, from Debian's packages. Those that are missing are
 * installed when the tests run as root; otherwise the test fails and names the package.
 */
public final class Peers {

  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
  private static final Path MODULES = Path.of("/lib/modules");

  /** One package. */
  public enum Peer {
    QEMU("qemu-system-x86"),
    KERNEL("linux-image-cloud-amd64"),
    BUSYBOX("busybox-static"),
    ETHTOOL("ethtool"),
    DNSMASQ("dnsmasq-base"),
    DPDK("dpdk-dev");

    private final String debian;

    Peer(String debian) {
      this.debian = debian;
    }

    boolean there() {
      return switch (this) {
        case QEMU -> onPath("qemu-system-x86_64");
        case KERNEL -> newestKernel().isPresent();
        case BUSYBOX -> Files.isExecutable(busybox());
        case ETHTOOL, DNSMASQ, DPDK -> Files.isExecutable(program());
      };
    }

    /** The program of a guest's tool. */
    Path program() {
      return switch (this) {
        case ETHTOOL -> Path.of("/usr/sbin/ethtool");
        case DNSMASQ -> Path.of("/usr/sbin/dnsmasq");
        case DPDK -> Path.of("/usr/bin/dpdk-testpmd");
        case QEMU, KERNEL, BUSYBOX -> throw new IllegalArgumentException(this + " is not a tool");
      };
    }
  }

  private Peers() {}

  /** Makes sure that the peers are there. */
  public static synchronized void require(Peer first, Peer... more) {
    Set<Peer> missing = EnumSet.of(first, more);
    missing.removeIf(Peer::there);
    if (missing.isEmpty()) {
      return;
    }
    List<String> packages = missing.stream().map(peer -> peer.debian).toList();
    String install = "apt-get install --no-install-recommends " + String.join(" ", packages);
    if (!superuser()) {
      throw new AssertionError("needs packages that are missing; as root: " + install);
    }
    apt(List.of("update"));
    List<String> arguments = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
    arguments.addAll(packages);
    apt(arguments);
    missing.removeIf(Peer::there);
    if (!missing.isEmpty()) {
      throw new AssertionError("installed, but still not there: " + missing + "; by: " + install);
    }
  }

  private static void apt(List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"));
    command.addAll(arguments);
    Command.Outcome outcome =
        Command.run(
            INSTALL_LIMIT,
            Map.of("DEBIAN_FRONTEND", "noninteractive"),
            command.toArray(String[]::new));
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
  }

  private static boolean superuser() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  static Path busybox() {
    return Path.of("/bin/busybox");
  }

  /** The version of a cloud kernel that is there with its modules. */
  static String kernelVersion() {
    return newestKernel().orElseThrow(() -> new AssertionError("no cloud kernel is installed"));
  }

  static Path kernel() {
    return Path.of("/boot/vmlinuz-" + kernelVersion());
  }

  static Path modules() {
    return MODULES.resolve(kernelVersion());
  }

  private static Optional<String> newestKernel() {
    if (!Files.isDirectory(MODULES)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(MODULES)) {
      return versions
          .map(directory -> directory.getFileName().toString())
          .filter(version -> version.endsWith("-cloud-amd64"))
          .filter(version -> Files.isReadable(Path.of("/boot/vmlinuz-" + version)))
          .filter(version -> Files.isReadable(MODULES.resolve(version).resolve("modules.dep")))
          .collect(Collectors.maxBy(String::compareTo));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
