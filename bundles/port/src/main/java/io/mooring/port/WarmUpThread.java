package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.port.warmup.Pace;
import io.mooring.port.warmup.WarmUp;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where warm-ups run: on a thread of their own, and on no worker's processor if there is another.
 */
final class WarmUpThread {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUpThread.class);

  private final Workers workers;

  WarmUpThread(Workers workers) {
    this.workers = workers;
  }

  /**
   * Runs a warm-up, and waits for it.
   *
   * @param newcomer as people know it
   * @param most the longest that it may take; zero for not at all
   * @return how long it took
   * @throws SwapException when the newcomer fails
   */
  Duration run(String newcomer, Duration most, WarmUp warmUp)
      throws SwapException, InterruptedException {
    if (most.isZero()) {
      return Duration.ZERO;
    }
    var result = new CompletableFuture<Duration>();
    Thread.ofPlatform()
        .name("warm-up")
        .daemon()
        .start(() -> {
          try {
            workers.keepOff();
            var pace = new Pace(most);
            warmUp.run(pace);
            result.complete(pace.elapsed());
          } catch (IOException | RuntimeException | Error failure) {
            result.completeExceptionally(failure);
          }
        });
    try {
      return result.get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      LOG.warn("{} fails on synthetic rings", newcomer, cause);
      throw new SwapException("%s fails on synthetic rings: %s".formatted(newcomer, cause), cause);
    }
  }
}
