package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

class StayRehearsalTest {

  private static final int[] UNPINNED = {-1};
  private static final Duration LONG = Duration.ofSeconds(60);

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
  void bothQueuesRunInEveryStay() throws Exception {
    var engine = new Counting();
    bindAllWith(engine);
    assertEquals(3, rehearse());
    assertEquals(List.of(0, 1, 0, 1, 0, 1), engine.opened);
  }

  @Test
  void whatReplacesARoomIsRehearsedToo() throws Exception {
    var first = new Counting();
    var second = new Counting();
    bindAllWith(first);
    var workers = new Workers(rooms, UNPINNED, 50);
    try (var rehearsal = rehearsal(workers, LONG)) {
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
  void nothingIsRehearsedWhereARoomIsNotThere() throws Exception {
    rooms.bindOs(os);
    rooms.bindTransport(new UnixTransport(os), Map.of());
    IOException e = assertThrows(IOException.class, this::rehearse);
    assertEquals("a room is not there", e.getMessage());
  }

  /** What a protocol does with one request; with all others it does what it should. */
  private interface Otherwise {
    Optional<Message> handle(Message message) throws ProtocolException;
  }

  private record Tampered(Request request, Otherwise way) implements Protocol {

    private static final Protocol WHOLE = new VhostUserProtocol();

    @Override
    public long features() {
      return WHOLE.features();
    }

    @Override
    public Optional<Message> handle(Message message, Session session) throws ProtocolException {
      return message.request() == request.number()
          ? way.handle(message)
          : WHOLE.handle(message, session);
    }

    @Override
    public Message request(BackendEvent event) {
      return WHOLE.request(event);
    }
  }

  private StayRehearsal rehearsal(Workers workers, Duration patience) {
    return new StayRehearsal(rooms, workers, Duration.ZERO, Duration.ZERO, patience);
  }

  private Optional<String> tryOut(Protocol newcomer) throws Exception {
    return tryOut(newcomer, LONG, () -> {});
  }

  /**
   * Returns why it cannot be done.
   *
   * @param afterwards is run when the usual one has been tried, too
   */
  private Optional<String> tryOut(Protocol newcomer, Duration patience, Runnable afterwards)
      throws Exception {
    bindAllWith(new Counting());
    // The library keeps a socket of its own from its first use on.
    TwoEnds.of(new UnixTransport(os)).close();
    OpenSockets before = OpenSockets.now();
    var workers = new Workers(rooms, UNPINNED, 50);
    rooms.bindProtocol(newcomer, Map.of(Constants.SERVICE_ID, 2L));
    Provider<Protocol> provider = rooms.protocols().all().getLast();
    assertEquals(newcomer, provider.service());
    try (var rehearsal = rehearsal(workers, patience)) {
      Optional<String> why =
          rehearsal.tryOut(port -> port.protocol().take(provider), Duration.ZERO);
      assertEquals(Optional.empty(), rehearsal.tryOut(), "the usual one is well");
      afterwards.run();
      return why;
    } finally {
      workers.close();
      before.assertSoon();
    }
  }

  @Test
  void whomNoPortHasYetIsTriedAlone() throws Exception {
    assertEquals(Optional.empty(), tryOut(new VhostUserProtocol()));
    assertEquals(
        Optional.of(
            "a VM cannot come and go: a message: java.lang.IllegalStateException: no memory"),
        tryOut(
            new Tampered(
                Request.SET_MEM_TABLE,
                _ -> {
                  throw new IllegalStateException("no memory");
                })));
  }

  @Test
  void whoDoesNotAnswerIsSaidNotTo() throws Exception {
    assertEquals(
        Optional.of("a VM cannot come and go: GET_VRING_BASE is not answered"),
        tryOut(new Tampered(Request.GET_VRING_BASE, _ -> Optional.empty())));
  }

  @Test
  void whoDoesNotReturnIsInterrupted() throws Exception {
    assertEquals(
        Optional.of("a VM cannot come and go: GET_VRING_BASE is not answered"),
        tryOut(
            new Tampered(
                Request.GET_VRING_BASE,
                message -> {
                  try {
                    Thread.sleep(Duration.ofHours(1));
                  } catch (InterruptedException interrupted) {
                    throw new ProtocolException("interrupted");
                  }
                  return Optional.of(message);
                })));
  }

  @Test
  void whoNeverReturnsIsLeftToHimselfAndKeepsNothingWhenHeDoes() throws Exception {
    var later = new CountDownLatch(1);
    Optional<String> why =
        tryOut(
            new Tampered(
                Request.SET_MEM_TABLE,
                message -> {
                  awaitUninterruptibly(later);
                  return Optional.of(message);
                }),
            Duration.ofSeconds(1),
            later::countDown);
    assertEquals(Optional.of("a VM does not come and go to the end: a room does not return"), why);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private int rehearse() throws Exception {
    var workers = new Workers(rooms, UNPINNED, 50);
    try (var rehearsal = new StayRehearsal(rooms, workers)) {
      return rehearsal.rehearse(3);
    } finally {
      workers.close();
    }
  }
}
