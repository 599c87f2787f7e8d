package io.mooring.acceptance.rig;

import io.mooring.acceptance.rig.Peers.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The file system that guests boot: busybox, virtio's modules, {@code init} and {@code moor} beside
 * this class, and programs of the host with their libraries. With DPDK go its drivers and the
 * kernel's that hand a device to it.
 */
final class GuestImage {

  private static final List<String> MODULES =
      List.of("virtio_pci.ko", "virtio_net.ko", "bridge.ko", "8021q.ko");

  private static final List<String> USER_MODULES =
      List.of("uio_pci_generic.ko", "vfio-pci.ko", "vfio_iommu_type1.ko");

  /** What DPDK loads by itself, from where its other drivers are: its card, and its buffers. */
  private static final List<String> DRIVERS =
      List.of("librte_net_virtio.so.", "librte_mempool_ring.so.");

  /** What the end of a thread needs, which no program is linked with. */
  private static final String UNWINDER = "libgcc_s.so.1";

  private static final Pattern LIBRARY = Pattern.compile("/\\S+");

  private final CpioArchive archive = new CpioArchive();
  private final Set<Path> directories = new TreeSet<>();

  private GuestImage() {}

  static void write(Path file, List<Peer> tools) {
    try {
      var image = new GuestImage();
      image.fill(tools);
      Files.write(file, image.archive.finish());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill(List<Peer> tools) throws IOException {
    for (String directory : List.of("bin", "modules", "proc", "sys", "dev", "tmp", "etc")) {
      directory(Path.of(directory));
    }
    for (String script : List.of("init", "bin/moor")) {
      try (InputStream text =
          GuestImage.class.getResourceAsStream(Path.of(script).getFileName().toString())) {
        archive.file(script, text.readAllBytes());
      }
    }
    archive.file("etc/passwd", "root:x:0:0:root:/:/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
    archive.file("etc/group", "root:x:0:\n".getBytes(StandardCharsets.US_ASCII));
    archive.file("bin/busybox", Files.readAllBytes(Peers.busybox()));
    int number = 10;
    for (String module : inOrder(tools.contains(Peer.DPDK))) {
      String name = "modules/%d-%s".formatted(number++, Path.of(module).getFileName());
      archive.file(name, Files.readAllBytes(Peers.modules().resolve(module)));
    }
    Set<Path> libraries = new TreeSet<>();
    for (Peer tool : tools) {
      archive.file("bin/" + tool.program().getFileName(), Files.readAllBytes(tool.program()));
      libraries.addAll(libraries(tool.program()));
    }
    if (tools.contains(Peer.DPDK)) {
      addDrivers(libraries);
    }
    for (Path library : libraries) {
      Path inside = Path.of("/").relativize(library);
      directory(inside.getParent());
      archive.file(inside.toString(), Files.readAllBytes(library));
    }
  }

  private void directory(Path path) {
    if (path != null && !directories.contains(path)) {
      directory(path.getParent());
      directories.add(path);
      archive.directory(path.toString());
    }
  }

  /** What the loader loads with a program, and the loader. */
  private static List<Path> libraries(Path program) {
    Command.Outcome outcome = Command.run("ldd", program.toString());
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
    return LIBRARY.matcher(outcome.out()).results().map(MatchResult::group).map(Path::of).toList();
  }

  private static void addDrivers(Set<Path> libraries) throws IOException {
    Path others = directoryOf("librte_bus_pci.so", libraries);
    List<Path> drivers;
    try (Stream<Path> files = Files.list(others)) {
      drivers =
          files
              .filter(file -> DRIVERS.stream().anyMatch(file.getFileName().toString()::startsWith))
              .toList();
    }
    for (Path driver : drivers) {
      libraries.addAll(libraries(driver));
    }
    libraries.addAll(drivers);
    libraries.add(directoryOf("libc.so", libraries).resolve(UNWINDER));
  }

  private static Path directoryOf(String name, Set<Path> libraries) {
    return libraries.stream()
        .filter(library -> library.getFileName().toString().startsWith(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("testpmd needs no " + name + ": " + libraries))
        .getParent();
  }

  /** The modules and what they need, each behind what it needs itself. */
  private static Set<String> inOrder(boolean withUserModules) throws IOException {
    Set<String> order = new LinkedHashSet<>();
    List<String> dependencies = Files.readAllLines(Peers.modules().resolve("modules.dep"));
    List<String> wanted = new ArrayList<>(MODULES);
    wanted.addAll(withUserModules ? USER_MODULES : List.of());
    for (String module : wanted) {
      for (String line : dependencies) {
        String[] parts = line.split(": ?", -1);
        if (parts[0].endsWith("/" + module)) {
          // The file names the nearest need first, so the last is to be loaded first.
          List<String> needs = new ArrayList<>(Arrays.asList(parts[1].split(" ", -1)));
          needs.removeIf(String::isEmpty);
          order.addAll(needs.reversed());
          order.add(parts[0]);
        }
      }
    }
    return order;
  }
}
