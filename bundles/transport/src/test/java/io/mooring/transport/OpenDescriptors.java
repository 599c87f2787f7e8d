package io.mooring.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What this process has open, from /proc. */
final class OpenDescriptors {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  private final Map<Integer, String> before = open();

  /** Sockets, memfds and eventfds by number: what tests of this room open. */
  private static Map<Integer, String> open() {
    Map<Integer, String> open = new TreeMap<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : all.toList()) {
        String what = target(each);
        if (what.startsWith("socket:") || what.contains("memfd:") || what.contains("eventfd")) {
          open.put(Integer.valueOf(each.getFileName().toString()), what);
        }
      }
      return open;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /** The same descriptors are open as when this object was made; a thread may be about to close. */
  void assertUnchanged() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (!open().equals(before) && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertEquals(before, open(), "open descriptors");
  }
}
