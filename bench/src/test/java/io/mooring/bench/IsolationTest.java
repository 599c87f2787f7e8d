package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class IsolationTest {

  @Test
  void oneProcessorIsLeftOut() {
    assertEquals("0,1,3,8", Isolation.without("0-3,8", 2));
    assertEquals("0", Isolation.without("0-1", 1));
  }

  @Test
  void othersAreKeptOffUntilItEnds() throws Exception {
    int processor = Processors.available().last();
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    try {
      String before = allowed(sleeper);
      try (var isolation = new Isolation()) {
        isolation.moveAll(path(sleeper).resolve("task"), processor);
        assertEquals(1, isolation.moved());
        assertFalse(Processors.parse(allowed(sleeper)).contains(processor), allowed(sleeper));
      }
      assertEquals(before, allowed(sleeper));
    } finally {
      sleeper.destroy();
    }
  }

  private static String allowed(Process process) throws IOException {
    return Processors.allowed(Files.readString(path(process).resolve("status")));
  }

  private static Path path(Process process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }
}
