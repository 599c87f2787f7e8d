package io.mooring.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps what the operator switched off: a configuration that acts at once and, where there is a
 * home, a file in its {@code etc/} that lasts.
 */
@Component(service = FeatureSwitches.class)
public final class FeatureSwitches {

  /** The configuration's PID, and its file's name. */
  static final String PID = "io.mooring.features";

  /** By this property FileInstall knows the file that a configuration came from. */
  private static final String FILE_NAME = "felix.fileinstall.filename";

  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final ConfigurationAdmin admin;
  private final LiveProfiles live;
  private final Optional<Path> file;

  /** Keeps them in this admin and in the home that the framework property names. */
  @Activate
  public FeatureSwitches(
      BundleContext context, @Reference ConfigurationAdmin admin, @Reference LiveProfiles live) {
    this.admin = admin;
    this.live = live;
    file =
        Optional.ofNullable(context.getProperty("io.mooring.home"))
            .map(home -> Path.of(home, "etc", PID + ".cfg"));
  }

  /** Returns when the switches are what is wanted, and everybody knows. */
  synchronized void set(Switches wanted) throws IOException, InterruptedException {
    Configuration configuration = admin.getConfiguration(PID, "?");
    if (wanted.off().isEmpty()) {
      configuration.delete();
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    } else {
      var properties = new TreeMap<String, Object>(wanted.configuration());
      file.ifPresent(path -> properties.put(FILE_NAME, path.toUri().toString()));
      configuration.update(FrameworkUtil.asDictionary(properties));
      if (file.isPresent()) {
        WholeFile.write(file.get(), text(wanted));
      }
    }
    await(wanted);
    live.flush();
  }

  private static String text(Switches switches) {
    return switches.configuration().entrySet().stream()
        .map(each -> "%s = %s\n".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  private void await(Switches wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!live.registry().switches().equals(wanted)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the configuration %s did not take effect".formatted(PID));
      }
      Thread.sleep(2);
    }
  }
}
