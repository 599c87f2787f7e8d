package io.mooring.shell;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortState;
import io.mooring.api.port.PortStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes and removes ports: a configuration that acts at once and a file that lasts. Any thread. */
@Component(service = PortConfigurations.class)
public final class PortConfigurations {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String HOME = "io.mooring.home";

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final Ports ports;

  @Activate
  public PortConfigurations(
      BundleContext context, @Reference ConfigurationAdmin admin, @Reference Ports ports) {
    this.context = context;
    this.admin = admin;
    this.ports = ports;
  }

  /** Returns the port when it serves; a port that cannot leaves nothing behind. */
  synchronized PortStatus add(String name, Map<String, String> settings)
      throws CommandException, IOException, InterruptedException {
    PortFile file = new PortFile(etc(), name);
    if (file.exists() || ports.find(name).isPresent() || configuration(name).isPresent()) {
      throw new CommandException("port '" + name + "' is there already");
    }
    var properties = new HashMap<String, Object>(settings);
    properties.put(PortFile.FILE_NAME, FactoryFiles.url(file.path().toFile()));
    Configuration configuration = admin.getFactoryConfiguration(Port.FACTORY_PID, name, "?");
    boolean added = false;
    try {
      configuration.update(FrameworkUtil.asDictionary(properties));
      await(() -> ports.find(name).map(PortConfigurations::decided).orElse(false));
      PortStatus port = serving(name);
      file.write(new TreeMap<>(settings));
      added = true;
      return port;
    } finally {
      if (!added) {
        file.delete();
        configuration.delete();
        await(() -> ports.find(name).isEmpty());
      }
    }
  }

  private static boolean decided(PortStatus port) {
    return port.state() != PortState.PARKED;
  }

  private PortStatus serving(String name) throws CommandException {
    PortStatus port =
        ports
            .find(name)
            .orElseThrow(() ->
                new CommandException(
                    "port '%s' did not appear within %d s; is the bundle io.mooring.port active?"
                        .formatted(name, PATIENCE.toSeconds())));
    return switch (port.state()) {
      case LISTENING, CONNECTING, CONNECTED -> port;
      case FAILED -> throw new CommandException("port '" + name + "': " + port.error());
      case PARKED ->
          throw new CommandException(
              "port '%s' is not ready after %d s: %s"
                  .formatted(name, PATIENCE.toSeconds(), port.error()));
    };
  }

  synchronized void remove(String name) throws CommandException, IOException, InterruptedException {
    PortFile file = new PortFile(etc(), name);
    Optional<Configuration> configuration = configuration(name);
    if (configuration.isEmpty() && !file.exists()) {
      ports.get(name);
      throw new CommandException("port '" + name + "' has no configuration that could be removed");
    }
    file.delete();
    if (configuration.isPresent()) {
      try {
        configuration.get().delete();
      } catch (IllegalStateException _) {
        // FileInstall saw the file go and was faster.
      }
    }
    if (!await(() -> ports.find(name).isEmpty())) {
      throw new CommandException(
          "port '%s' is removed but has not stopped within %d s"
              .formatted(name, PATIENCE.toSeconds()));
    }
  }

  private Optional<Configuration> configuration(String name) throws IOException {
    String filter = "(service.pid=" + Port.FACTORY_PID + "~" + name + ")";
    try {
      Configuration[] found = admin.listConfigurations(filter);
      return found == null ? Optional.empty() : Optional.of(found[0]);
    } catch (InvalidSyntaxException exception) {
      throw new IllegalStateException(exception);
    }
  }

  private Path etc() throws CommandException {
    String home = context.getProperty(HOME);
    if (home == null) {
      throw new CommandException(
          "the framework property " + HOME + " is not set, so ports cannot be saved");
    }
    return Path.of(home).resolve("etc");
  }

  private static boolean await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(5);
    }
    return true;
  }
}
