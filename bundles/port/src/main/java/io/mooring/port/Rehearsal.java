package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.osgi.framework.Version;

/**
 * Moves a port that there is not from one engine to another, and watches it: what runs for the
 * first time loads and links its classes, and no worker is to be kept by that.
 */
final class Rehearsal {

  private static final String NAME = "rehearsal";
  private static final int TIMES = 20;
  private static final QueueSetup SETUP = new QueueSetup(0, 1, 0, 0, 0, 0, 0, -1);

  private Rehearsal() {}

  static void run(Rooms rooms) throws IOException {
    var worker = new Worker(NAME, -1, 0, rooms);
    try {
      DataPlane plane = plane(worker, new NoPort(NAME, new PortRooms(rooms, "net")));
      Provider<VirtqueueEngine> engine = plane.engine().orElseThrow();
      var watch = new Watch("net", plane);
      plane.start(SETUP, MemoryTable.EMPTY, 0);
      for (int i = 0; i < TIMES; i++) {
        plane.probation(new NoWay());
        plane.moveTo(engine, EngineQueue::base);
        watch.look();
        plane.settle();
        plane.moveTo(engine, EngineQueue::goOn);
      }
      plane.close();
    } finally {
      worker.close();
    }
  }

  private static DataPlane plane(Worker worker, NoPort port) {
    Provider<VirtqueueEngine> engine =
        new Provider<>(new NoEngine(), NAME, Version.emptyVersion, 0, 0, 0);
    return new DataPlane(new NoDevice(), Optional.of(engine), worker, port, () -> {});
  }

  private record NoEngine() implements VirtqueueEngine {

    @Override
    public long features() {
      return 0;
    }

    @Override
    public int maxSize() {
      return 1;
    }

    @Override
    public Virtqueue open(QueueSetup setup, MemoryTable memory) {
      return Decoys.queue();
    }
  }

  private record NoWay() implements Fallback {

    @Override
    public boolean anyTime() {
      return true;
    }

    @Override
    public void back(String why, ToIntFunction<EngineQueue> from) {}
  }

  private record NoDevice() implements Device {

    @Override
    public String group() {
      return NAME;
    }

    @Override
    public int poll() {
      return 0;
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}

    @Override
    public void negotiated(long features) {}

    @Override
    public void attach(Virtqueue queue) {}

    @Override
    public void detach(int index) {}

    @Override
    public Map<String, Long> counters() {
      return Map.of();
    }
  }
}
