package io.mooring.port;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs what is not known to return. */
final class Bounded {

  /** What is run. */
  interface Task {
    void run() throws Exception;
  }

  private Bounded() {}

  /**
   * Runs a task on a thread of its own, which is interrupted, and left to itself, when it is late.
   *
   * @throws ExecutionException when the task fails; has its failure as the cause
   * @throws TimeoutException when it does not return in time
   */
  static void run(String name, Duration patience, Task task)
      throws ExecutionException, TimeoutException, InterruptedException {
    var end = new CompletableFuture<Void>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(() -> {
              try {
                task.run();
                end.complete(null);
              } catch (Throwable failure) {
                // Whatever it is, it is told.
                end.completeExceptionally(failure);
              }
            });
    try {
      end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      thread.interrupt();
    }
  }
}
