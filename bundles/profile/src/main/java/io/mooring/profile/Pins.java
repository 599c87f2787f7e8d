package io.mooring.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which profile a port took that asked for the latest, so that it has the same one after a restart
 * of a host that knows a newer one. A file with a port, its profile and what it asked for a line.
 * Any thread.
 */
final class Pins {

  private static final Logger LOG = LoggerFactory.getLogger(Pins.class);

  private static final Pattern LINE = Pattern.compile("(\\S+) (\\S+) (\\S*)");

  private record Pin(String profile, String asked) {}

  private final Path file;
  private final NavigableMap<String, Pin> pins = new TreeMap<>();

  /** What a file remembers; nothing while it is not there. */
  Pins(Path file) {
    this.file = file;
    WholeFile.lines(file, LINE)
        .forEach(line -> pins.put(line.group(1), new Pin(line.group(2), line.group(3))));
  }

  /** The profile that a port took when it asked so. */
  synchronized Optional<String> profile(String port, String asked) {
    return Optional.ofNullable(pins.get(port))
        .filter(pin -> pin.asked.equals(asked))
        .map(Pin::profile);
  }

  synchronized void put(String port, String asked, String profile) {
    pins.put(port, new Pin(profile, asked));
    write();
  }

  /** The port is gone for good. */
  synchronized void forget(String port) {
    if (pins.remove(port) != null) {
      write();
    }
  }

  private void write() {
    try {
      WholeFile.write(
          file,
          pins.entrySet().stream()
              .map(each ->
                  "%s %s %s\n"
                      .formatted(each.getKey(), each.getValue().profile, each.getValue().asked))
              .collect(Collectors.joining()));
    } catch (IOException failure) {
      LOG.error("the ports' profiles cannot be remembered: {}", failure.toString());
    }
  }
}
