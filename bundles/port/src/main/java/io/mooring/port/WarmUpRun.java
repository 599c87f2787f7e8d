package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.port.warmup.Pace;
import io.mooring.port.warmup.WarmUp;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warms a newcomer up before anybody is to use it. */
final class WarmUpRun {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUpRun.class);

  private WarmUpRun() {}

  /**
   * Runs a warm-up on the calling thread, until it is interrupted at the latest.
   *
   * @param newcomer as people know it
   * @param most the longest that it may take; zero for not at all
   * @return how long it took
   * @throws SwapException when the newcomer fails
   */
  static Duration run(String newcomer, Duration most, WarmUp warmUp)
      throws SwapException, InterruptedException {
    return most.isZero() ? Duration.ZERO : run(newcomer, new Pace(most), warmUp);
  }

  /** The same at a pace. */
  static Duration run(String newcomer, Pace pace, WarmUp warmUp)
      throws SwapException, InterruptedException {
    try {
      warmUp.run(pace);
    } catch (IOException | RuntimeException | Error failure) {
      LOG.warn("{} fails on synthetic rings", newcomer, failure);
      throw new SwapException(
          "%s fails on synthetic rings: %s".formatted(newcomer, failure), failure);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return pace.elapsed();
  }
}
