package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Transport;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Constants;

/** A transport, a newcomer that may fail, and what was heard through them. */
@Timeout(30)
abstract class HandedStage {

  static final Duration LONG = Duration.ofSeconds(60);

  /** Whether there are too many descriptors for another one. */
  volatile boolean full;

  final Os os = LesserOs.of(new LinuxOs(), "duplicate", "too many open files", () -> full);
  final Rooms rooms = new Rooms(new FakeContext().context);
  final PortRooms portRooms = new PortRooms(rooms, "net");
  final UnixTransport whole = new UnixTransport(os);
  final TamperedTransport newcomer = new TamperedTransport(whole);

  /** Why the newcomer was taken back. */
  final List<String> reasons = new CopyOnWriteArrayList<>();

  /** What was heard: requests, callers and failures. */
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  OpenSockets before;

  @BeforeEach
  void open() throws IOException {
    rooms.bindOs(os);
    rooms.bindTransport(whole, Map.of(Constants.SERVICE_ID, 1L));
    provider(whole);
    // The library keeps a socket of its own from its first use on.
    TwoEnds.of(whole).close();
    rooms.bindTransport(newcomer, Map.of(Constants.SERVICE_ID, 2L));
    before = OpenSockets.now();
  }

  @AfterEach
  void nothingStaysOpen() {
    before.assertSoon();
  }

  Provider<Transport> provider(Transport transport) {
    return rooms.transports().all().stream()
        .filter(each -> each.service().equals(transport))
        .findFirst()
        .orElseThrow();
  }

  void assertHeard(String what) throws InterruptedException {
    assertEquals(what, heard.poll(20, TimeUnit.SECONDS));
  }

  /** As a swap does it. */
  void moveOnProbation(Handed<?> open) throws Exception {
    portRooms.probation(
        provider(newcomer),
        why -> {
          reasons.add(why);
          move(open, whole);
        });
    open.move(provider(newcomer));
  }

  void move(Handed<?> open, Transport transport) {
    try {
      open.move(provider(transport));
    } catch (IOException | InterruptedException failure) {
      reasons.add(failure.toString());
    }
  }

  static void throwUp() {
    throw new IllegalStateException("tampered");
  }

  static void sleep() {
    try {
      Thread.sleep(LONG);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  void assertLedBack() {
    assertEquals(
        List.of("port a: the transport throws java.lang.IllegalStateException: tampered"), reasons);
  }
}
