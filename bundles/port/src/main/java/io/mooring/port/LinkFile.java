package io.mooring.port;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers that an operator took a port's link away, over restarts: a file in the home's {@code
 * data/} that is there as long as the link is not. It is not among the port's keys, because a
 * change of those begins the port anew and ends its connection. One thread at a time.
 */
final class LinkFile {

  private static final Logger LOG = LoggerFactory.getLogger(LinkFile.class);

  private final String port;
  private final Optional<Path> file;

  private LinkFile(String port, Optional<Path> file) {
    this.port = port;
    this.file = file;
  }

  /** Of a port; without a home nothing is remembered. */
  static LinkFile of(String port, BundleContext context) {
    return new LinkFile(
        port,
        Optional.ofNullable(context.getProperty("io.mooring.home"))
            .filter(home -> port.matches("[A-Za-z0-9_.-]+"))
            .map(home -> Path.of(home, "data", "link-down~" + port)));
  }

  /** Whether the link was there when it was last asked for. */
  boolean up() {
    return file.stream().noneMatch(Files::exists);
  }

  /** The link is there from now on, or is not. */
  void remember(boolean up) {
    if (file.isEmpty()) {
      return;
    }
    try {
      if (up) {
        Files.deleteIfExists(file.get());
      } else if (!Files.exists(file.get())) {
        Files.createDirectories(file.get().getParent());
        Files.createFile(file.get());
      }
    } catch (IOException failure) {
      LOG.error("port {}: its link will not be so after a restart: {}", port, failure.toString());
    }
  }
}
