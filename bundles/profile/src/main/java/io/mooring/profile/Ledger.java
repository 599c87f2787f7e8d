package io.mooring.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every name that was ever published here, and the hash of its interface: a name means the same for
 * ever. A file with a name and a hash a line. Any thread.
 */
final class Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Pattern LINE = Pattern.compile("(\\S+) ([0-9a-f]{64})");

  private final Path file;
  private final NavigableMap<String, String> hashes = new TreeMap<>();

  /** What a file remembers; nothing while it is not there. */
  Ledger(Path file) {
    this.file = file;
    WholeFile.lines(file, LINE).forEach(line -> hashes.put(line.group(1), line.group(2)));
  }

  /** The hash under which a name was published, if it was. */
  synchronized Optional<String> hash(String name) {
    return Optional.ofNullable(hashes.get(name));
  }

  /** Remembers what is published. A full disk is told and does not keep it from being served. */
  synchronized void record(Map<String, String> published) {
    int before = hashes.size();
    published.forEach(hashes::putIfAbsent);
    if (hashes.size() > before) {
      try {
        WholeFile.write(
            file,
            hashes.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue() + "\n")
                .collect(Collectors.joining()));
      } catch (IOException failure) {
        LOG.error("published names cannot be remembered: {}", failure.toString());
      }
    }
  }

  /** All names with their hashes. */
  synchronized NavigableMap<String, String> all() {
    return new TreeMap<>(hashes);
  }
}
