package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A front-end that listens to what its back-end asks. */
@Timeout(30)
class BackendChannelTest {

  private static final int PATIENCE_MILLIS = 10_000;
  private static final long IOMMU = Harbour.FEATURES | RingFeature.ACCESS_PLATFORM.mask();

  private final FakeProtocol protocol = new FakeProtocol();
  private final Harbour harbour;
  private final SocketPair sockets = SocketPair.open();

  BackendChannelTest() throws IOException {
    harbour = new Harbour();
    harbour.rooms.bindProtocol(protocol, Map.of());
  }

  @BeforeEach
  void connect() throws ProtocolException {
    harbour.session.protocolFeatures(ProtocolFeature.INBAND_NOTIFICATIONS.mask());
    harbour.session.backend(sockets.mine());
  }

  @AfterEach
  void nothingStaysOpen() throws IOException {
    harbour.os.close(sockets.other());
    harbour.close();
  }

  /** The next request and its value. */
  private String heard() throws IOException {
    ByteBuffer message = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < 20; ) {
      int count = harbour.os.read(sockets.other(), message.array(), done, PATIENCE_MILLIS);
      assertTrue(count > 0, "nothing was asked");
      done += count;
    }
    int request = message.getInt();
    if ((message.getInt() & Message.NEED_REPLY) != 0) {
      ByteBuffer answer = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
      answer.putInt(request).putInt(Message.VERSION | Message.REPLY).putInt(8).putLong(0);
      harbour.os.write(sockets.other(), answer.array(), PATIENCE_MILLIS);
    }
    return request + " " + message.getLong(12);
  }

  @Test
  void aMissIsAskedForAndTheAnswerReachesTheQueue() throws Exception {
    harbour.session.features(IOMMU);
    harbour.start(0, 0);
    assertTrue(harbour.engine.lastTable.translated());
    harbour.engine.lastTable.missing(0x5000, Iotlb.READ);
    assertEquals("1 20480", heard());
    harbour.session.memory(List.of(Harbour.region(0)), new int[] {harbour.memfd()});
    harbour.session.map(new Iotlb.Entry(0x5000, 0x1000, 0x7000_0000, Iotlb.READ));
    assertTrue(harbour.engine.lastTable.extent(0x5000, Iotlb.READ) >= 0);
    harbour.session.unmap(0x5000, 1);
    assertEquals(-1, harbour.engine.lastTable.extent(0x5000, Iotlb.READ));
  }

  @Test
  void withoutAnIommuAddressesAreTheGuests() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    assertFalse(harbour.engine.lastTable.translated());
  }

  @Test
  void aFrontEndThatReadsTheConfigurationHearsOfItsChanges() throws Exception {
    harbour.plane.orElseThrow().link(false);
    harbour.session.back().missing(0x5000, Iotlb.READ);
    assertEquals("1 20480", heard(), "who does not read it hears of nothing");
    harbour.session.protocolFeatures(ProtocolFeature.CONFIG.mask());
    harbour.plane.orElseThrow().link(true);
    assertEquals("2 0", heard());
  }

  @Test
  void aFrontEndThatMissesMoreThanItHearsFillsNoMemory() throws Exception {
    harbour.session.protocolFeatures(ProtocolFeature.CONFIG.mask());
    harbour.rooms.unbindProtocol(protocol);
    for (long page = 0; page < 100_000; page++) {
      harbour.session.back().missing(page << 12, Iotlb.READ);
    }
    harbour.plane.orElseThrow().link(false);
    harbour.rooms.bindProtocol(protocol, Map.of());
    int misses = 0;
    String last = heard();
    for (; last.startsWith("1 "); last = heard()) {
      misses++;
    }
    assertEquals("2 0", last, "what is not a miss is never left out");
    assertEquals(1 << 14, misses);
  }

  @Test
  void aProtocolThatThrowsCostsOneEvent() throws IOException {
    protocol.failure.set(new IllegalStateException("bug"));
    harbour.session.back().missing(0x5000, Iotlb.READ);
    Eventually.holds("it throws", () -> protocol.failure.get() == null);
    harbour.session.back().missing(0x6000, Iotlb.READ);
    assertEquals("1 24576", heard());
  }

  @Test
  void aProtocolOnProbationThatThrowsCostsNone() throws IOException {
    var why = new CompletableFuture<String>();
    harbour.portRooms.probation(harbour.portRooms.protocol().get().orElseThrow(), why::complete);
    protocol.failure.set(new IllegalStateException("bug"));
    harbour.session.back().missing(0x5000, Iotlb.READ);
    assertEquals("1 20480", heard());
    assertTrue(why.join().contains("the protocol throws java.lang.IllegalStateException: bug"));
  }

  private QueueSession inBand() throws ProtocolException {
    harbour.session.features(Harbour.FEATURES);
    QueueSession queue = harbour.session.queue(2);
    queue.size(256);
    queue.addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
    queue.enable(true);
    queue.kicked();
    return queue;
  }

  @Test
  void aQueueWithoutDescriptorsIsKickedAndCallsByMessage() throws Exception {
    QueueSession queue = inBand();
    assertTrue(harbour.device.attached.contains(2), "VRING_KICK starts the queue");
    assertEquals("4 2", heard(), "the call of who served it before may be lost");
    harbour.os.signal(harbour.engine.lastSetup.call());
    assertEquals("4 2", heard());
    queue.kicked();
    harbour.os.signal(harbour.engine.lastSetup.call());
    assertEquals("4 2", heard());
  }

  @Test
  void aDescriptorThatComesLaterIsCalledInstead() throws Exception {
    QueueSession queue = inBand();
    int eventfd = harbour.eventfd();
    queue.call(eventfd);
    assertTrue(harbour.happened().contains("queue 2 calls " + eventfd));
  }

  @Test
  void aDriverThatPollsIsNotCalled() throws Exception {
    harbour.session.queue(2).call(-1);
    inBand();
    assertEquals(-1, harbour.engine.lastSetup.call());
  }

  @Test
  void whenAGuestBreaksARuleItsQueuesErrorsAreTold() throws Exception {
    inBand();
    assertEquals("4 2", heard());
    int eventfd = harbour.eventfd();
    int seen = harbour.os.duplicate(eventfd);
    harbour.session.queue(0).error(eventfd);
    harbour.session.fault();
    Thread front = Thread.ofPlatform().start(harbour.session::close);
    assertEquals("5 2", heard());
    front.join();
    assertTrue(harbour.os.drain(seen), "the error descriptor was not signalled");
    harbour.os.close(seen);
  }

  @Test
  void anotherChannelTakesOver() throws Exception {
    inBand();
    SocketPair second = SocketPair.open();
    int call = harbour.engine.lastSetup.call();
    harbour.session.backend(second.mine());
    assertTrue(harbour.engine.lastSetup.call() >= 0, "call " + call);
    harbour.os.signal(harbour.engine.lastSetup.call());
    byte[] bytes = new byte[20];
    assertEquals(20, harbour.os.read(second.other(), bytes, 0, PATIENCE_MILLIS));
    harbour.os.close(second.other());
  }

  @Test
  void aChannelIsASocket() throws Exception {
    int eventfd = harbour.eventfd();
    var refused = assertThrows(ProtocolException.class, () -> harbour.session.backend(eventfd));
    assertTrue(refused.getMessage().contains("EVENTFD, not SOCKET"), refused.getMessage());
  }

  /** Its back-end goes on, and ends without waiting for it. */
  @Test
  void aFrontEndThatNeverAnswersHoldsNothingUp() throws Exception {
    inBand();
    harbour.os.signal(harbour.engine.lastSetup.call());
    long start = System.nanoTime();
    harbour.session.close();
    assertTrue(System.nanoTime() - start < 5_000_000_000L, "the end waited for an answer");
  }
}
