package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The file system that guests boot: busybox, virtio's modules, and {@code init} beside this class.
 */
final class GuestImage {

  private static final List<String> MODULES =
      List.of("virtio_pci.ko", "virtio_net.ko", "bridge.ko");

  private GuestImage() {}

  static void write(Path file) {
    CpioArchive archive = new CpioArchive();
    for (String directory : List.of("bin", "modules", "proc", "sys", "dev", "tmp")) {
      archive.directory(directory);
    }
    try (InputStream init = GuestImage.class.getResourceAsStream("init")) {
      archive.file("init", init.readAllBytes());
      archive.file("bin/busybox", Files.readAllBytes(Peers.busybox()));
      int number = 10;
      for (String module : inOrder()) {
        String name = "modules/%d-%s".formatted(number++, Path.of(module).getFileName());
        archive.file(name, Files.readAllBytes(Peers.modules().resolve(module)));
      }
      Files.write(file, archive.finish());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The modules and what they need, each behind what it needs itself. */
  private static Set<String> inOrder() throws IOException {
    Set<String> order = new LinkedHashSet<>();
    List<String> dependencies = Files.readAllLines(Peers.modules().resolve("modules.dep"));
    for (String module : MODULES) {
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
