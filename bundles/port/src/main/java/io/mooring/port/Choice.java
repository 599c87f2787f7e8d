package io.mooring.port;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which of several providers is used: the one that was, as long as it is there; then the best. Any
 * thread.
 */
final class Choice<T> {

  private final Providers<T> providers;
  private final AtomicReference<Provider<T>> chosen = new AtomicReference<>();

  Choice(Providers<T> providers) {
    this.providers = providers;
  }

  Optional<Provider<T>> get() {
    Provider<T> now = chosen.get();
    if (now != null && providers.has(now)) {
      return Optional.of(now);
    }
    Optional<Provider<T>> best = providers.best();
    chosen.compareAndSet(now, best.orElse(null));
    return best;
  }

  Optional<T> service() {
    return get().map(Provider::service);
  }

  /** Takes another one from now on. */
  void take(Provider<T> other) {
    chosen.set(other);
  }

  Providers<T> providers() {
    return providers;
  }
}
