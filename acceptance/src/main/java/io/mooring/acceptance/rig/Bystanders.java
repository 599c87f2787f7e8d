package io.mooring.acceptance.rig;

import io.mooring.frontend.Exchange;
import io.mooring.frontend.Exchange.Outcome;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two guests that exchange frames and check every one, while a test does something to others. No
 * frame of theirs may be lost, and they may not stop.
 */
public final class Bystanders implements AutoCloseable {

  /** What others have the switch flood while this thread has no processor finds buffers, too. */
  private static final int RING = 1024;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long ROUND = 10_000;

  private final MooringProcess mooring;
  private final Path one;
  private final Path other;
  private final Thread thread;
  private volatile boolean closing;
  private volatile long moved;
  private volatile Throwable failure;

  private Bystanders(MooringProcess mooring, Path one, Path other) {
    this.mooring = mooring;
    this.one = one;
    this.other = other;
    thread = Thread.ofPlatform().daemon().name("bystanders").unstarted(this::run);
  }

  /** Connects to two ports of one switch and begins. */
  public static Bystanders start(MooringProcess mooring, Path one, Path other) {
    Bystanders bystanders = new Bystanders(mooring, one, other);
    bystanders.thread.start();
    bystanders.assertMoving();
    return bystanders;
  }

  private void run() {
    NetOptions options = NetOptions.modern().ringSize(RING);
    try (NetPort left = Lab.connect(one, options);
        NetPort right = Lab.connect(other, options)) {
      for (long rounds = 0; !closing; rounds++) {
        long before = rounds * ROUND;
        Exchange exchange = Exchange.mixed(left, right, ROUND);
        if (rounds == 0) {
          exchange.greet(PATIENCE);
        }
        exchange.run(arrived -> moved = before + arrived);
        for (Outcome outcome : exchange.outcomes()) {
          if (!outcome.clean()) {
            throw new AssertionError(outcome + "; " + mooring.must("vhost:stats"));
          }
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      failure = e;
    }
  }

  /** Waits until some more frames have moved; fails when a frame was lost since the beginning. */
  public void assertMoving() {
    long wanted = moved + ROUND / 10;
    Eventually.holds(
        "the bystanders' frames go on",
        PATIENCE,
        () -> moved >= wanted || failure != null,
        () -> List.of(moved, wanted));
    if (failure != null) {
      throw new AssertionError("bystanders: " + failure.getMessage(), failure);
    }
  }

  /** Ends the exchange. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    if (failure != null) {
      throw new AssertionError("bystanders: " + failure.getMessage(), failure);
    }
  }
}
