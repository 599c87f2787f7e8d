package io.mooring.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A framework as anybody starts it, with the bundles of the distribution: it has no class and no
 * property of ours. Bundles' own types are therefore met by reflection.
 */
final class PlainFelix implements AutoCloseable {

  private static final Path DISTRIBUTION = Path.of(System.getProperty("distribution"));
  private static final Path LOG = Path.of(System.getProperty("container.log"));
  private static final String PORT = "io.mooring.api.port.Port";
  private static final int SECONDS = 15;

  private final Framework framework;
  private final Path directory;

  private PlainFelix(Framework framework, Path directory) {
    this.framework = framework;
    this.directory = directory;
  }

  /**
   * Starts.
   *
   * @param directory for everything that it writes, and the sockets
   */
  static PlainFelix start(Path directory) throws BundleException, IOException {
    Files.deleteIfExists(LOG);
    Files.createDirectories(directory.resolve("load"));
    List<Path> levels = list(DISTRIBUTION.resolve("bundles"));
    Map<String, String> properties =
        Map.of(
            Constants.FRAMEWORK_STORAGE,
            directory.resolve("cache").toString(),
            Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
            Integer.toString(levels.size()),
            "felix.fileinstall.dir",
            directory.resolve("load").toString(),
            // Gogo's own profile needs a terminal.
            "gosh.home",
            DISTRIBUTION.toString(),
            "gosh.args",
            "--nointeractive --noshutdown");
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(properties);
    framework.init();
    PlainFelix felix = new PlainFelix(framework, directory);
    for (Path level : levels) {
      felix.install(level, Integer.parseInt(level.getFileName().toString()));
    }
    for (Path feature : list(DISTRIBUTION.resolve("features"))) {
      framework.getBundleContext().installBundle(feature.toUri().toString());
    }
    framework.start();
    return felix;
  }

  private void install(Path level, int number) throws BundleException {
    for (Path jar : list(level)) {
      Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
      bundle.adapt(BundleStartLevel.class).setStartLevel(number);
      if (!isFragment(bundle)) {
        bundle.start();
      }
    }
  }

  /** Whether a bundle is a part of another one, which is never started itself. */
  static boolean isFragment(Bundle bundle) {
    return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The short names of our bundles with code. */
  static List<String> rooms() {
    return list(DISTRIBUTION.resolve("bundles")).stream()
        .flatMap(level -> list(level).stream())
        .map(jar -> jar.getFileName().toString())
        .filter(name -> name.startsWith("io.mooring."))
        .map(name -> name.replaceAll("^io\\.mooring\\.|\\.jar$", ""))
        .toList();
  }

  /** The jar of a room. */
  static Path bundle(String room) {
    return list(DISTRIBUTION.resolve("bundles")).stream()
        .map(level -> level.resolve("io.mooring." + room + ".jar"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  /** Drops a room's jar into the directory that FileInstall looks at, and waits until it runs. */
  void drop(String room) throws IOException {
    Path jar = bundle(room);
    Files.copy(jar, directory.resolve("load").resolve(jar.getFileName()));
    Eventually.holds(
        "room %s runs".formatted(room),
        () ->
            Arrays.stream(framework.getBundleContext().getBundles())
                .filter(bundle -> bundle.getLocation().endsWith("/load/" + jar.getFileName()))
                .anyMatch(bundle -> bundle.getState() == Bundle.ACTIVE),
        () -> Arrays.toString(framework.getBundleContext().getBundles()));
  }

  /** The bundle of a room; of several, the first. */
  Bundle room(String name) {
    return Arrays.stream(framework.getBundleContext().getBundles())
        .filter(bundle -> ("io.mooring." + name).equals(bundle.getSymbolicName()))
        .findFirst()
        .orElseThrow();
  }

  /** All bundles with code. */
  List<Bundle> programs() {
    return bundlesIn("bundles");
  }

  /** The bundles of profiles. */
  List<Bundle> features() {
    return bundlesIn("features");
  }

  private List<Bundle> bundlesIn(String part) {
    String location = DISTRIBUTION.resolve(part).toUri().toString();
    return Arrays.stream(framework.getBundleContext().getBundles())
        .filter(bundle -> bundle.getLocation().startsWith(location))
        .toList();
  }

  /**
   * Wires bundles anew, and those that are wired to them; all that wait for it when none is named.
   */
  void refresh(Bundle... bundles) {
    CountDownLatch refreshed = new CountDownLatch(1);
    Collection<Bundle> all = bundles.length == 0 ? null : List.of(bundles);
    framework
        .adapt(FrameworkWiring.class)
        .refreshBundles(
            all,
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    try {
      if (!refreshed.await(SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("not refreshed within %d s".formatted(SECONDS));
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  /** The socket of a port. */
  Path socket(String port) {
    return directory.resolve(port);
  }

  /** Configures a port through Configuration Admin, and waits until it listens. */
  void addPort(String name) {
    Object admin = service("org.osgi.service.cm.ConfigurationAdmin");
    Object configuration = call(admin, "getFactoryConfiguration", "io.mooring.port", name, "?");
    call(
        configuration,
        "update",
        FrameworkUtil.asDictionary(Map.of("socket", socket(name).toString())));
    Eventually.holds(
        "port %s listens".formatted(name),
        () -> portState(name).equals("LISTENING"),
        () -> portState(name));
  }

  /** A port's state, and why when it waits or failed; empty when there is none. */
  String portState(String name) {
    try {
      ServiceReference<?>[] found =
          framework
              .getBundleContext()
              .getAllServiceReferences(PORT, "(port.name=%s)".formatted(name));
      return found == null
          ? ""
          : Stream.of("port.state", "port.error")
              .map(found[0]::getProperty)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .reduce((state, error) -> state + ": " + error)
              .orElse("");
    } catch (InvalidSyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** What the shell prints and answers to a command line. */
  String shell(String line) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Object processor = service("org.apache.felix.service.command.CommandProcessor");
    Object session =
        call(processor, "createSession", InputStream.nullInputStream(), printed, printed);
    Object answer = call(session, "execute", line);
    call(session, "close");
    return printed.toString(StandardCharsets.UTF_8) + answer;
  }

  private Object service(String type) {
    ServiceReference<?> reference = framework.getBundleContext().getServiceReference(type);
    if (reference == null) {
      throw new AssertionError("no service " + type);
    }
    return framework.getBundleContext().getService(reference);
  }

  /** Calls a method that an interface of the target has. */
  private static Object call(Object target, String name, Object... arguments) {
    try {
      return method(target.getClass(), name, arguments).invoke(target, arguments);
    } catch (InvocationTargetException failure) {
      throw new AssertionError(name + ": " + failure.getCause(), failure.getCause());
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Method method(Class<?> type, String name, Object... arguments) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Class<?> face : each.getInterfaces()) {
        for (Method method : face.getMethods()) {
          if (method.getName().equals(name) && takes(method.getParameterTypes(), arguments)) {
            return method;
          }
        }
      }
    }
    throw new AssertionError("%s has no %s%s".formatted(type, name, Arrays.toString(arguments)));
  }

  private static boolean takes(Class<?>[] parameters, Object[] arguments) {
    if (parameters.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }

  /** Errors in the log since the start, with their traces. */
  List<String> errors() {
    List<String> errors = new ArrayList<>();
    boolean error = false;
    try {
      for (String line : Files.readAllLines(LOG)) {
        // A line without a time goes on with the one before.
        error = line.matches("[\\d:.]+ \\w+ .*") ? line.matches("\\S+ ERROR .*") : error;
        if (error) {
          errors.add(line);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return errors;
  }

  /** Stops, and waits for it. */
  void stop() {
    try {
      framework.stop();
      FrameworkEvent end = framework.waitForStop(TimeUnit.SECONDS.toMillis(SECONDS));
      if (end.getType() != FrameworkEvent.STOPPED) {
        throw new AssertionError("the framework's stop ends with event " + end.getType());
      }
    } catch (BundleException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Stops, if it was not stopped before. */
  @Override
  public void close() {
    stop();
  }
}
