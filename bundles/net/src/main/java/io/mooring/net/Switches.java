package io.mooring.net;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The switches by name; made when first named. Any thread. */
@Component(service = Switches.class)
public final class Switches {

  /** The switch of ports that name none. */
  static final String DEFAULT = "default";

  private static final int LONGEST_NAME = 64;

  private final Map<String, Switch> byName = new ConcurrentHashMap<>();
  private final Optional<Path> run;

  /** Switches that go on after a crash when there is a home. */
  @Activate
  public Switches(BundleContext context) {
    this(
        Optional.ofNullable(context.getProperty("io.mooring.home"))
            .map(home -> Path.of(home, "run")));
  }

  /** Switches that go on after no crash. */
  public Switches() {
    this(Optional.empty());
  }

  /** Switches that keep their notes in a directory. */
  Switches(Optional<Path> run) {
    this.run = run;
  }

  /**
   * The switch that {@code switch=} names.
   *
   * @throws IllegalArgumentException when the name is empty, too long or has odd characters
   */
  Switch named(Map<String, String> settings) {
    String name = settings.getOrDefault("switch", DEFAULT);
    if (!name.matches("[A-Za-z0-9_.-]{1,%d}".formatted(LONGEST_NAME))) {
      throw new IllegalArgumentException(
          "switch=%s: a name has 1 to %d letters, digits, dots, dashes and underscores"
              .formatted(name, LONGEST_NAME));
    }
    return byName.computeIfAbsent(name, this::make);
  }

  private Switch make(String name) {
    // What begins with a dot is nobody's, such as a warm-up's.
    return new Switch(name, System::nanoTime, run.filter(any -> !name.startsWith(".")));
  }
}
