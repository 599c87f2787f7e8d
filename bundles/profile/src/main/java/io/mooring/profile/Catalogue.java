package io.mooring.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The profiles that bundles and files brought here. The same profile may come from several origins.
 * Not for several threads.
 */
final class Catalogue {

  /** A profile and who brings it. */
  static final class Entry {

    private final ProfileText text;
    private final String values;
    private final String hash;
    private final Version version;

    /** What keeps an origin's profile from being served, or empty, by origin. */
    private final Map<String, String> origins = new TreeMap<>();

    Entry(ProfileText text) {
      this.text = text;
      values = Values.print(text.profile());
      hash = Values.hash(values);
      version = Version.of(text.profile().name());
    }

    ProfileText text() {
      return text;
    }

    String name() {
      return text.profile().name();
    }

    String values() {
      return values;
    }

    String hash() {
      return hash;
    }

    Version version() {
      return version;
    }

    /** Who brings it; nobody when it stays only because a port has it. */
    Set<String> origins() {
      return origins.keySet();
    }

    /** What is in the way at every origin, if something is. */
    Optional<String> obstacle() {
      return origins.containsValue("") ? Optional.empty() : origins.values().stream().findFirst();
    }
  }

  private final Set<Entry> entries = new LinkedHashSet<>();
  private final Map<String, Entry> byOrigin = new HashMap<>();
  private final Map<String, List<Entry>> byName = new HashMap<>();

  /**
   * Takes what an origin brings, in the place of what it brought before.
   *
   * @throws IllegalArgumentException when one of its names is another interface's; nothing changes
   */
  void put(String origin, Entry candidate) {
    ProfileText text = candidate.text;
    text.names().forEach(name -> refuseOther(name, candidate, origin));
    remove(origin).ifPresent(this::forget);
    Entry entry =
        byName.getOrDefault(candidate.name(), List.of()).stream()
            .filter(other -> other.text.equals(text))
            .findFirst()
            .orElse(candidate);
    if (entries.add(entry)) {
      text.names().forEach(name -> byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(entry));
    }
    entry.origins.put(origin, "");
    byOrigin.put(origin, entry);
  }

  private void refuseOther(String name, Entry candidate, String origin) {
    for (Entry other : byName.getOrDefault(name, List.of())) {
      if (!other.hash.equals(candidate.hash) && !other.origins().equals(Set.of(origin))) {
        throw new IllegalArgumentException(
            "%s is another interface%s: it would have %s"
                .formatted(
                    name,
                    other.origins().isEmpty()
                        ? " that a port still has"
                        : ", brought by " + String.join(", ", other.origins()),
                    String.join(
                        ",",
                        Comparison.differences(other.text.profile(), candidate.text.profile()))));
      }
    }
  }

  /** An origin brings nothing any more. Returns the entry that nobody else brings, if so. */
  Optional<Entry> remove(String origin) {
    Optional<Entry> entry = brought(origin);
    byOrigin.remove(origin);
    entry.ifPresent(each -> each.origins.remove(origin));
    return entry.filter(each -> each.origins.isEmpty());
  }

  /** Drops an entry. */
  void forget(Entry entry) {
    entries.remove(entry);
    entry
        .text
        .names()
        .forEach(name ->
            byName.compute(
                name,
                (_, same) -> {
                  same.remove(entry);
                  return same.isEmpty() ? null : same;
                }));
  }

  Optional<Entry> brought(String origin) {
    return Optional.ofNullable(byOrigin.get(origin));
  }

  /**
   * Notes what keeps an origin's profile from being served; empty when nothing does. Returns
   * whether that is new.
   */
  boolean obstacle(String origin, String why) {
    return brought(origin).filter(entry -> !why.equals(entry.origins.put(origin, why))).isPresent();
  }

  /** All, in no order. */
  Set<Entry> entries() {
    return entries;
  }
}
