package io.mooring.port.warmup;

import java.io.IOException;

/**
 * Runs a newcomer where nobody depends on it, through the branches that live traffic takes, until
 * its code is compiled: a branch that was never taken is compiled as a trap, and the first frame
 * that takes it falls back to interpreted code.
 */
@FunctionalInterface
public interface WarmUp {

  /**
   * Runs until {@link Pace#another} says that it is enough.
   *
   * @throws RuntimeException when the newcomer fails
   * @throws IOException when the system has no memory or descriptors for it
   */
  void run(Pace pace) throws IOException;
}
