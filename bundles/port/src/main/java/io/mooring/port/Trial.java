package io.mooring.port;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A newcomer's probation: whether it has failed yet, and why. Any thread. */
final class Trial {

  private static final Logger LOG = LoggerFactory.getLogger(Trial.class);

  private final String newcomer;
  private final CompletableFuture<String> failure = new CompletableFuture<>();

  /** Of a bundle, as people know it. */
  Trial(String newcomer) {
    this.newcomer = newcomer;
  }

  /** It has failed; {@code why} is one line that names the port. Only the first failure counts. */
  void fail(String why) {
    if (failure.complete(why)) {
      LOG.warn("{} is taken back: {}", newcomer, why);
    }
  }

  /** Why it has failed, if it has. */
  Optional<String> failure() {
    return Optional.ofNullable(failure.getNow(null));
  }

  /** Waits for a failure, at most so long; returns whether there is one. */
  boolean failsWithin(Duration time) throws InterruptedException {
    try {
      failure.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException well) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
