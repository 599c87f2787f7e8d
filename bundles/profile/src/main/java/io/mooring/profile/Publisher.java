package io.mooring.profile;

import io.mooring.api.profile.ProfileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each change of what is served into the published file, the ledger and the log. One thread.
 */
final class Publisher {

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  /** As many names as a person reads in a log line. */
  private static final int NAMED = 5;

  private final Optional<Path> file;
  private final Ledger ledger;
  private final Supplier<Published> source;
  private Optional<Published> last = Optional.empty();

  /** Whether the files are this process's. */
  private volatile boolean claimed;

  /** What is in the files. */
  private Optional<Published> written = Optional.empty();

  /**
   * A publisher.
   *
   * @param file where the list goes; without one it goes nowhere
   * @param source what is to be published now
   */
  Publisher(Optional<Path> file, Ledger ledger, Supplier<Published> source) {
    this.file = file;
    this.ledger = ledger;
    this.source = source;
  }

  /** The files are this process's from now on, and no longer another's; any thread. */
  void claim() {
    claimed = true;
  }

  /** Publishes what is new. Returns whether something was. */
  boolean publish() {
    Published now = source.get();
    if (claimed && !written.equals(Optional.of(now))) {
      write(now);
      written = Optional.of(now);
    }
    if (last.isPresent() && last.get().equals(now)) {
      return false;
    }
    tell(names(last), names(Optional.of(now)), now.supported().size() + now.withheld().size());
    last = Optional.of(now);
    return true;
  }

  private void write(Published now) {
    var hashes = new LinkedHashMap<String, String>();
    now.supported()
        .forEach(state -> {
          hashes.put(state.profile().name(), state.hash());
          state.aliases().forEach(alias -> hashes.put(alias, state.hash()));
        });
    ledger.record(hashes);
    file.ifPresent(path -> write(path, PublishedJson.print(now)));
  }

  private static Set<String> names(Optional<Published> published) {
    return published.stream()
        .flatMap(each -> each.supported().stream())
        .map(ProfileState::profile)
        .map(profile -> profile.name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static void tell(Set<String> before, Set<String> now, int known) {
    if (!before.equals(now)) {
      var gone = new LinkedHashSet<>(before);
      gone.removeAll(now);
      LOG.info(
          "{} of {} known profiles are served{}; vhost:profiles says why not the others",
          now.size(),
          known,
          gone.isEmpty() ? "" : ", no longer " + some(gone));
    }
  }

  private static String some(Set<String> names) {
    String some = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() <= NAMED ? some : some + " and %d more".formatted(names.size() - NAMED);
  }

  private static void write(Path path, String text) {
    try {
      WholeFile.write(path, text);
    } catch (IOException failure) {
      LOG.error("the list of profiles cannot be published: {}", failure.toString());
    }
  }

  /** The host serves no more: what it published is not true any longer. */
  void withdraw() {
    file.ifPresent(path -> {
      try {
        Files.deleteIfExists(path);
      } catch (IOException failure) {
        LOG.error("the published list of profiles cannot be removed: {}", failure.toString());
      }
    });
  }
}
