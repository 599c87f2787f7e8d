package io.mooring.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What /proc says of this process's descriptors. */
final class Descriptor {

  private Descriptor() {}

  static int countOpen() throws IOException {
    return open().size();
  }

  static boolean isOpen(int descriptor) throws IOException {
    return open().contains(descriptor);
  }

  /** The highest descriptor whose link begins so. */
  static int newest(String link) throws IOException {
    int newest = -1;
    for (int descriptor : open()) {
      Path entry = Path.of("/proc/self/fd/" + descriptor);
      if (Files.isSymbolicLink(entry)
          && Files.readSymbolicLink(entry).toString().startsWith(link)) {
        newest = Math.max(newest, descriptor);
      }
    }
    return newest;
  }

  /** The open flags as /proc/self/fdinfo has them, octal. */
  static int flags(int descriptor) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
        .filter(line -> line.startsWith("flags:"))
        .mapToInt(line -> Integer.parseInt(line.substring("flags:".length()).trim(), 8))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Integer> open() throws IOException {
    Set<Integer> open = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path entry : entries) {
        open.add(Integer.valueOf(entry.toFile().getName()));
      }
    }
    return open;
  }
}
