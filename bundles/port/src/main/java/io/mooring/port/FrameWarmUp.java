package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.swap.SwapException;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.port.warmup.EngineWarmUp;
import io.mooring.port.warmup.NetWarmUp;
import io.mooring.port.warmup.Pace;
import io.mooring.port.warmup.RingUse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs what frames go through where there are none yet. */
final class FrameWarmUp {

  private final Rooms rooms;

  FrameWarmUp(Rooms rooms) {
    this.rooms = rooms;
  }

  /**
   * All that a port's frames go through, before a new process takes the ports of another. Returns
   * when it is compiled, or the time is over for each of engine and device.
   *
   * @param rings those that will be served
   */
  void run(List<RingUse> rings, Duration most) throws SwapException, InterruptedException {
    if (rings.isEmpty()) {
      return;
    }
    try {
      Rehearsal.run(rooms);
    } catch (IOException failure) {
      throw new SwapException(failure.getMessage(), failure);
    }
    Optional<Provider<VirtqueueEngine>> engine = rooms.engines().best();
    if (engine.isPresent()) {
      rings(engine.get(), rings, new Pace(most));
    }
    Optional<Provider<DeviceType>> net = rooms.devices("net").best();
    if (net.isPresent()) {
      var queues = new AtomicInteger();
      WarmUpRun.run(
          net.get().text(),
          most,
          new NetWarmUp(
              net.get().service(),
              rings.stream().map(RingUse::features).distinct().toList(),
              (setup, queue) ->
                  EngineQueue.rehearsed(setup, queue, queues.getAndIncrement() / 2 % 2 == 0),
              Agents::turn));
    }
  }

  /** An engine's part, with the usual rings besides. */
  void rings(Provider<VirtqueueEngine> engine, List<RingUse> rings, Pace pace)
      throws SwapException, InterruptedException {
    WarmUpRun.run(
        engine.text(),
        pace,
        new EngineWarmUp(
            engine.service(),
            rooms.os(),
            rings,
            (setup, queue) -> EngineQueue.rehearsed(setup, queue, false)));
  }
}
