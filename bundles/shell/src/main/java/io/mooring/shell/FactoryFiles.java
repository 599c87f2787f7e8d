package io.mooring.shell;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes FileInstall understand {@code FACTORY_PID~NAME.cfg}, as the Configuration Admin
 * specification writes factory configurations (OSGi R8, 104.4.3). FileInstall itself splits at the
 * first dash, which names may have; so this is asked first.
 */
@Component(property = Constants.SERVICE_RANKING + ":Integer=100")
public final class FactoryFiles implements ArtifactInstaller {

  private static final Logger LOG = LoggerFactory.getLogger(FactoryFiles.class);
  private static final Pattern NAME = Pattern.compile("(io\\.mooring\\.[a-z]+)~(.+)\\.cfg");

  private final ConfigurationAdmin admin;

  @Activate
  public FactoryFiles(@Reference ConfigurationAdmin admin) {
    this.admin = admin;
  }

  @Override
  public boolean canHandle(File file) {
    return NAME.matcher(file.getName()).matches();
  }

  @Override
  public void install(File file) throws IOException {
    Matcher name = NAME.matcher(file.getName());
    if (!name.matches()) {
      throw new IllegalArgumentException(file + " is no file of a factory configuration");
    }
    try {
      Dictionary<String, Object> read = read(file);
      // Unchanged when the shell made the configuration first and then its file.
      admin.getFactoryConfiguration(name.group(1), name.group(2), "?").updateIfDifferent(read);
    } catch (IOException | IllegalArgumentException wrong) {
      LOG.error("{}: {}; what it said before still holds", file, wrong.getMessage());
    }
  }

  @Override
  public void update(File file) throws IOException {
    install(file);
  }

  @Override
  public void uninstall(File file) throws IOException {
    Optional<Configuration> made = madeOf(file);
    if (made.isPresent()) {
      made.get().delete();
    }
  }

  private Optional<Configuration> madeOf(File file) throws IOException {
    try {
      Configuration[] found =
          admin.listConfigurations("(%s=%s)".formatted(PortFile.FILE_NAME, escape(url(file))));
      return found == null ? Optional.empty() : Optional.of(found[0]);
    } catch (InvalidSyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Dictionary<String, Object> read(File file) throws IOException {
    var properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file.toPath())) {
      properties.load(reader);
    }
    var read = new HashMap<String, Object>();
    properties.stringPropertyNames().forEach(key -> read.put(key, properties.getProperty(key)));
    read.put(PortFile.FILE_NAME, url(file));
    return FrameworkUtil.asDictionary(read);
  }

  /** How a file is named in a configuration made of it; a difference would restart the port. */
  static String url(File file) {
    return file.toURI().toString();
  }

  /** What a filter takes for more than itself (OSGi R8, 3.2.7). */
  private static String escape(String value) {
    return value.replaceAll("([\\\\*()])", "\\\\$1");
  }
}
