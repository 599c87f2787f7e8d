package io.mooring.port;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that provide one room now. Any thread. */
final class Providers<T> {

  private final List<Provider<T>> there = new CopyOnWriteArrayList<>();

  /** Bundles that are being tried: nobody but who tries them takes what they provide. */
  private final Set<Long> onTrial;

  Providers(Set<Long> onTrial) {
    this.onTrial = onTrial;
  }

  /** Where nothing is ever tried. */
  Providers() {
    this(ConcurrentHashMap.newKeySet());
  }

  void add(Provider<T> added) {
    there.add(added);
  }

  /** Returns whether it was there. */
  boolean remove(T service) {
    return there.removeIf(each -> each.service().equals(service));
  }

  boolean has(Provider<T> provider) {
    return there.contains(provider);
  }

  List<Provider<T>> all() {
    return List.copyOf(there);
  }

  /** What a bundle provides. */
  Optional<Provider<T>> from(long bundleId) {
    return there.stream().filter(each -> each.bundleId() == bundleId).findFirst();
  }

  /** The best: of the highest ranking, then of the newest bundle, then the oldest service. */
  Optional<Provider<T>> best() {
    return there.stream()
        .min(
            Comparator.comparing((Provider<T> each) -> onTrial.contains(each.bundleId()))
                .thenComparingInt(each -> -each.ranking())
                .thenComparing(Provider::version, Comparator.reverseOrder())
                .thenComparingLong(Provider::serviceId));
  }
}
