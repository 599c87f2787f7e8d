package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.linux.LinuxOs;
import io.mooring.memory.FileBackedMemory;
import io.mooring.net.NetDeviceType;
import io.mooring.net.Switches;
import io.mooring.protocol.VhostUserProtocol;
import io.mooring.transport.UnixTransport;
import io.mooring.virtqueue.RingEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StayRehearsalTest {

  private static final int[] UNPINNED = {-1};

  private final Os os = new LinuxOs();
  private final Rooms rooms = new Rooms(new FakeContext().context);

  private final class Counting implements VirtqueueEngine {

    private final VirtqueueEngine engine = new RingEngine(os);

    /** The queues that were opened. */
    private final List<Integer> opened = Collections.synchronizedList(new ArrayList<>());

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
      opened.add(setup.index());
      return engine.open(setup, memory);
    }
  }

  private void bindAllWith(VirtqueueEngine engine) {
    rooms.bindOs(os);
    rooms.bindTransport(new UnixTransport(os), Map.of());
    rooms.bindProtocol(new VhostUserProtocol(), Map.of());
    rooms.bindMemory(new FileBackedMemory(os), Map.of());
    rooms.bindDevice(new NetDeviceType(new Switches()), Map.of());
    rooms.bindEngine(engine, Map.of());
  }

  @Test
  void bothQueuesRunInEveryStay() throws IOException {
    var engine = new Counting();
    bindAllWith(engine);
    assertEquals(3, rehearse());
    assertEquals(List.of(0, 1, 0, 1, 0, 1), engine.opened);
  }

  @Test
  void whatReplacesARoomIsRehearsedToo() throws IOException {
    var first = new Counting();
    var second = new Counting();
    bindAllWith(first);
    var workers = new Workers(rooms, UNPINNED, 50);
    try (var rehearsal = new StayRehearsal(rooms, workers, Duration.ZERO, Duration.ZERO)) {
      rehearsal.begin();
      awaitAllStaysOf(first);
      rooms.bindEngine(second, Map.of());
      rooms.unbindEngine(first);
      awaitAllStaysOf(second);
    } finally {
      workers.close();
    }
  }

  private static void awaitAllStaysOf(Counting engine) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (engine.opened.size() < 2 * StayRehearsal.STAYS) {
            Thread.sleep(10);
          }
        },
        () -> "queues opened: " + engine.opened.size());
  }

  @Test
  void nothingIsRehearsedWhereARoomIsNotThere() throws IOException {
    rooms.bindOs(os);
    rooms.bindTransport(new UnixTransport(os), Map.of());
    IOException e = assertThrows(IOException.class, this::rehearse);
    assertEquals("a room is not there", e.getMessage());
  }

  private int rehearse() throws IOException {
    var workers = new Workers(rooms, UNPINNED, 50);
    try (var rehearsal = new StayRehearsal(rooms, workers)) {
      return rehearsal.rehearse(3);
    } finally {
      workers.close();
    }
  }
}
