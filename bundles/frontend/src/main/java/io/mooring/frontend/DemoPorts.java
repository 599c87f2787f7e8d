package io.mooring.frontend;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortState;
import io.mooring.api.port.PortStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Ports that exist as long as a demo does: made through their configurations, as an operator's are.
 */
final class DemoPorts implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For configurations that any bundle may be given. */
  private static final String ANY_LOCATION = "?";

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final Path directory;
  private final List<Configuration> configurations = new ArrayList<>();
  private final List<String> added = new ArrayList<>();

  DemoPorts(BundleContext context, ConfigurationAdmin admin, Path directory) {
    this.context = context;
    this.admin = admin;
    this.directory = directory;
  }

  /** The socket of a port of ours. */
  Path socket(String port) {
    return directory.resolve(port + ".sock");
  }

  /**
   * Makes a port.
   *
   * @throws IOException when somebody else's port has that name
   */
  void add(String port, String networkSwitch) throws IOException {
    Configuration configuration =
        admin.getFactoryConfiguration(Port.FACTORY_PID, port, ANY_LOCATION);
    String socket = socket(port).toString();
    Dictionary<String, Object> before = configuration.getProperties();
    if (before != null && !socket.equals(before.get("socket"))) {
      throw new IOException(
          "port %s is there already, at %s; remove it with: vhost:port-remove %s"
              .formatted(port, before.get("socket"), port));
    }
    configurations.add(configuration);
    added.add(port);
    configuration.update(
        FrameworkUtil.asDictionary(
            Map.<String, Object>of("socket", socket, "mode", "server", "switch", networkSwitch)));
  }

  /** Waits until a port listens. */
  void awaitListening(String port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String last = "not there";
    while (System.nanoTime() < deadline) {
      for (ServiceReference<Port> found : find(port)) {
        last = String.valueOf(found.getProperty(Port.STATE));
        if (last.equals(PortState.LISTENING.name()) && Files.exists(socket(port))) {
          return;
        }
        if (last.equals(PortState.FAILED.name())) {
          throw new IOException("port %s: %s".formatted(port, found.getProperty(Port.ERROR)));
        }
      }
      Thread.sleep(5);
    }
    throw new IOException(
        "port %s is %s after %d s; wanted is LISTENING"
            .formatted(port, last, PATIENCE.toSeconds()));
  }

  /** A picture of a port of ours. */
  PortStatus status(String port) throws IOException {
    for (ServiceReference<Port> found : find(port)) {
      Port service = context.getService(found);
      if (service != null) {
        try {
          return service.status();
        } finally {
          context.ungetService(found);
        }
      }
    }
    throw new IOException("port %s went away during the demo".formatted(port));
  }

  /** Removes the ports, and waits until they are gone. */
  @Override
  public void close() throws IOException {
    for (Configuration configuration : configurations) {
      configuration.delete();
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (String port : added) {
      while (!find(port).isEmpty() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private Collection<ServiceReference<Port>> find(String port) {
    try {
      return context.getServiceReferences(Port.class, "(%s=%s)".formatted(Port.NAME, port));
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException("port name " + port, e);
    }
  }
}
