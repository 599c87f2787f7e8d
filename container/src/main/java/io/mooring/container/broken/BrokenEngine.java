package io.mooring.container.broken;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Inflight;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.virtqueue.RingEngine;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;

/** The engine as it is, until some burst. */
abstract class BrokenEngine implements VirtqueueEngine {

  private final VirtqueueEngine engine;
  private final int last;
  private int bursts;

  BrokenEngine(Os os, int last) {
    engine = new RingEngine(os);
    this.last = last;
  }

  /** Counts a burst of whichever queue; returns whether the engine is broken by now. */
  boolean broken() {
    return ++bursts >= last;
  }

  String burst() {
    return "burst " + bursts;
  }

  abstract Virtqueue spoil(Virtqueue queue);

  /** A queue that takes otherwise when there is something to take and the engine is broken. */
  Virtqueue inTake(Virtqueue queue, Otherwise<Virtqueue> way) {
    return Otherwise.in(
        Virtqueue.class,
        queue,
        "take",
        (whole, arguments) ->
            whole.available() && broken()
                ? way.call(whole, arguments)
                : whole.take((Chains) arguments[0], (int) arguments[1]));
  }

  @Override
  public long features() {
    return engine.features();
  }

  @Override
  public int maxSize() {
    return engine.maxSize();
  }

  @Override
  public Virtqueue open(QueueSetup setup, MemoryTable memory) {
    return spoil(engine.open(setup, memory));
  }

  /** Throws when it is to take its ten thousandth burst. */
  public static final class ThrowsInTake extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public ThrowsInTake(Os os) {
      super(os, 10_000);
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return inTake(
          queue,
          (_, _) -> {
            throw new IllegalStateException(burst());
          });
    }
  }

  /** Refuses queues whose chains are tracked. */
  public static final class RefusesTracked extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public RefusesTracked(Os os) {
      super(os, Integer.MAX_VALUE);
    }

    @Override
    public Virtqueue open(QueueSetup setup, MemoryTable memory) {
      if (!setup.inflight().equals(Inflight.NONE)) {
        throw new QueueException("queue %d: its chains are tracked".formatted(setup.index()));
      }
      return super.open(setup, memory);
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return queue;
    }
  }

  /** Ends its process as soon as the home is that one's. */
  public static final class EndsAtHome extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public EndsAtHome(Os os) throws InvalidSyntaxException {
      super(os, Integer.MAX_VALUE);
      FrameworkUtil.getBundle(EndsAtHome.class)
          .getBundleContext()
          .addServiceListener(
              _ -> Runtime.getRuntime().halt(9), "(osgi.condition.id=io.mooring.home)");
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return queue;
    }
  }

  /** Throws when it is to give its thousandth burst back. */
  public static final class ThrowsInPublish extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public ThrowsInPublish(Os os) {
      super(os, 1000);
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return Otherwise.in(
          Virtqueue.class,
          queue,
          "publish",
          (whole, arguments) -> {
            if ((int) arguments[1] > 0 && broken()) {
              throw new IllegalStateException(burst());
            }
            whole.publish((Chains) arguments[0], (int) arguments[1]);
            return null;
          });
    }
  }

  /** Sees nothing any more after its thousandth burst. */
  public static final class Stalls extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public Stalls(Os os) {
      super(os, 1000);
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return inTake(
          queue,
          (_, arguments) -> {
            ((Chains) arguments[0]).count = 0;
            return 0;
          });
    }
  }

  /** Gives frames back that its device never saw, from its thousandth burst on. */
  public static final class Loses extends BrokenEngine {

    /** An engine that calls drivers through {@code os}. */
    public Loses(Os os) {
      super(os, 1000);
    }

    @Override
    Virtqueue spoil(Virtqueue queue) {
      return inTake(
          queue,
          (whole, arguments) -> {
            var chains = (Chains) arguments[0];
            int one = whole.take(chains, 1);
            whole.publish(chains, one > 0 && chains.writableBytes[0] == 0 ? 1 : 0);
            return whole.take(chains, (int) arguments[1]);
          });
    }
  }
}
