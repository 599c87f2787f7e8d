package io.mooring.port;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Both ends of a connection through a socket of its own, for rehearsals. */
record TwoEnds(Connection front, Connection back) implements AutoCloseable {

  static TwoEnds of(Transport transport) throws IOException {
    Path directory = Files.createTempDirectory("mooring");
    Path path = directory.resolve("s");
    try (Listener listener = transport.listener()) {
      listener.add(path);
      return accepted(listener, transport.connect(path));
    } finally {
      Files.deleteIfExists(path);
      Files.delete(directory);
    }
  }

  private static TwoEnds accepted(Listener listener, Connection front) throws IOException {
    try {
      return new TwoEnds(front, listener.accept().orElseThrow().connection());
    } catch (IOException | RuntimeException | LinkageError failure) {
      front.close();
      throw failure;
    }
  }

  @Override
  public void close() {
    front.close();
    back.close();
  }
}
