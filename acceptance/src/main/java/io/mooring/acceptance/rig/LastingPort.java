package io.mooring.acceptance.rig;

import static io.mooring.frontend.Client.payload;
import static io.mooring.frontend.Client.u64;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A VM's network port that outlives back-ends: its memory, rings, eventfds and inflight buffer stay
 * as they are, and each back-end that it is connected to goes on from them, as with QEMU's {@code
 * reconnect}. One thread uses it.
 */
public final class LastingPort implements AutoCloseable {

  /** Descriptors of a ring, each with a buffer. */
  public static final int RING = 256;

  private static final int RECEIVE = 0;
  private static final int QUEUES = 2;
  private static final int HEADER = 12;
  private static final int BUFFER = 2048;
  private static final int PAGE = 4096;

  /**
   * What a port has negotiated.
   *
   * @param ring features of its rings, besides VERSION_1
   * @param tracked whether it has an inflight buffer
   */
  public record Kind(List<RingFeature> ring, boolean tracked) {

    private long features() {
      return RingFeature.VERSION_1.mask()
          | NetFeature.MRG_RXBUF.mask()
          | ring.stream().mapToLong(Feature::mask).reduce(0, (one, other) -> one | other);
    }
  }

  /** The inflight buffer, as SET_INFLIGHT_FD tells of it. */
  private record Inflight(ByteBuffer description, int descriptor) {}

  private final Kind kind;
  private final GuestRam ram;
  private final LastingRing[] rings = new LastingRing[QUEUES];
  private final long[][] buffers = new long[QUEUES][RING];
  private final int[] kicks = new int[QUEUES];
  private final int[] calls = new int[QUEUES];
  private Optional<Inflight> inflight = Optional.empty();
  private Optional<FrontEnd> frontEnd = Optional.empty();
  private int log = -1;
  private MemorySegment bitmap = MemorySegment.NULL;

  /** A VM whose driver has offered all its receive buffers. */
  public LastingPort(Kind kind) throws IOException {
    this.kind = kind;
    ram = GuestRam.of(Lab.OS, 2, 1 << 20);
    for (int queue = 0; queue < QUEUES; queue++) {
      rings[queue] = new LastingRing(ram, RING, kind.features());
      kicks[queue] = Lab.OS.eventfd();
      calls[queue] = Lab.OS.eventfd();
      for (int each = 0; each < RING; each++) {
        buffers[queue][each] = ram.allocate(BUFFER, 64);
      }
    }
    while (rings[RECEIVE].free() > 0) {
      offerRoom();
    }
    rings[RECEIVE].expose();
  }

  private void offerRoom() {
    LastingRing ring = rings[RECEIVE];
    ring.offer(buffers[RECEIVE][ring.next()], BUFFER, true);
  }

  /** Lets a back-end serve the VM from now on; the one before it has gone. */
  public void connect(Connection connection) throws IOException {
    hangUp();
    FrontEnd next = FrontEnd.over(Lab.OS, connection, Client.TIMEOUT);
    frontEnd = Optional.of(next);
    long tracking = kind.tracked ? ProtocolFeature.INFLIGHT_SHMFD.mask() : 0;
    next.negotiate(
        kind.features(), NetOptions.PROTOCOL | ProtocolFeature.LOG_SHMFD.mask() | tracking);
    if ((kind.features() & ~next.features()) != 0) {
      throw new AssertionError("not offered of %s: 0x%x".formatted(kind, next.features()));
    }
    next.share(ram);
    if (kind.tracked) {
      track(next.client());
    }
    for (int queue = 0; queue < QUEUES; queue++) {
      start(next.client(), queue);
    }
    next.driverOk();
  }

  /** The first back-end makes the inflight buffer, and each gets it. */
  private void track(Client client) throws IOException {
    if (inflight.isEmpty()) {
      ByteBuffer wanted = payload(20).putLong(0).putLong(0);
      wanted.putShort((short) QUEUES).putShort((short) RING).flip();
      Message made = client.ask(Request.GET_INFLIGHT_FD, wanted);
      byte[] description = new byte[made.payload().remaining()];
      made.payload().get(description);
      inflight = Optional.of(new Inflight(ByteBuffer.wrap(description), made.claim()[0]));
    }
    Inflight buffer = inflight.get();
    client.tell(Request.SET_INFLIGHT_FD, buffer.description.duplicate(), buffer.descriptor);
  }

  private void start(Client client, int queue) throws IOException {
    LastingRing.Format ring = rings[queue].format();
    client.tell(Request.SET_VRING_NUM, state(queue, RING));
    client.tell(Request.SET_VRING_BASE, state(queue, ring.base()));
    ByteBuffer addresses = payload(40).putInt(queue).putInt(0);
    addresses
        .putLong(ram.user(ring.descriptors()))
        .putLong(ram.user(ring.usedRing()))
        .putLong(ram.user(ring.available()))
        .putLong(0);
    client.tell(Request.SET_VRING_ADDR, addresses.flip());
    client.tell(Request.SET_VRING_CALL, u64(queue), calls[queue]);
    client.tell(Request.SET_VRING_KICK, u64(queue), kicks[queue]);
    client.tell(Request.SET_VRING_ENABLE, state(queue, 1));
  }

  private static ByteBuffer state(int queue, int value) {
    return payload(8).putInt(queue).putInt(value).flip();
  }

  /** What writes a frame's bytes to an address in this process, and returns how many. */
  @FunctionalInterface
  public interface Writer {
    int write(long address);
  }

  /** Sends so many frames, for which there must be {@link #room}. */
  public void send(int count, Writer writer) {
    LastingRing ring = rings[1];
    for (int each = 0; each < count; each++) {
      long buffer = buffers[1][ring.next()];
      long host = ram.host(buffer, BUFFER);
      HostMemory.clear(host, HEADER);
      ring.offer(buffer, HEADER + writer.write(host + HEADER), false);
    }
    expose(1);
  }

  /** How many frames can be sent, after what the device has read was taken back. */
  public int room() {
    while (rings[1].collect() != LastingRing.NONE) {
      // The ring counts.
    }
    return rings[1].free();
  }

  /** Frames that were sent and not taken back. */
  public int held() {
    return rings[1].outstanding();
  }

  /** Is given the address and the length of each frame that has come. */
  @FunctionalInterface
  public interface Reader {
    void read(long address, int length);
  }

  /** Receives what there is. */
  public void receive(Reader reader) {
    LastingRing ring = rings[RECEIVE];
    for (int each = ring.collect(); each != LastingRing.NONE; each = ring.collect()) {
      long host = ram.host(buffers[RECEIVE][each], BUFFER);
      reader.read(host + HEADER, ring.length() - HEADER);
      offerRoom();
    }
    expose(RECEIVE);
  }

  private void expose(int queue) {
    if (rings[queue].expose()) {
      Lab.OS.signal(kicks[queue]);
    }
  }

  /**
   * Has all that the back-end writes logged, as when the VM is about to move, until another one is
   * connected.
   */
  public void log() throws IOException {
    Client client = frontEnd.orElseThrow().client();
    long top =
        ram.blocks().stream()
            .mapToLong(each -> each.region().guestAddress() + each.region().size())
            .max()
            .orElseThrow();
    long bytes = Math.ceilDiv(top, 8L * PAGE);
    log = Lab.OS.memfd("log", bytes);
    bitmap = Lab.OS.map(log, 0, bytes);
    client.ask(Request.SET_LOG_BASE, payload(16).putLong(bytes).putLong(0).flip(), log);
    client.tell(
        Request.SET_FEATURES, u64(frontEnd.orElseThrow().features() | RingFeature.LOG_ALL.mask()));
  }

  /** How many pages were written since the last time. */
  public int takeDirtyPages() {
    int pages = 0;
    for (long at = 0; at < bitmap.byteSize(); at++) {
      pages += Integer.bitCount(bitmap.get(ValueLayout.JAVA_BYTE, at) & 0xff);
      bitmap.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
    }
    return pages;
  }

  /** Ends the connection, if there is one. */
  public void hangUp() {
    frontEnd.ifPresent(each -> each.client().close());
    frontEnd = Optional.empty();
  }

  /** The VM ends. */
  @Override
  public void close() {
    hangUp();
    for (int queue = 0; queue < QUEUES; queue++) {
      Lab.OS.close(kicks[queue]);
      Lab.OS.close(calls[queue]);
    }
    inflight.ifPresent(each -> Lab.OS.close(each.descriptor));
    if (log >= 0) {
      Lab.OS.unmap(bitmap);
      Lab.OS.close(log);
    }
    ram.close();
  }
}
