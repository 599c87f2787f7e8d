package io.mooring.frontend;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.os.Os;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.NetOptions.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A guest's network driver: one queue pair of a front-end. Bursts of frames are sent by {@link
 * #reserve}, {@link #commit} and one {@link #flush}, and received by a {@link FrameHandler}. One
 * thread uses it.
 */
public final class NetPort implements AutoCloseable {

  /** The longest frame that merging over buffers may give: a TSO frame with its header. */
  private static final int MAX_FRAME = 65_536 + 64;

  private static final int NOTHING = -1;

  /** A received frame, copied. */
  public record Received(VnetHeader header, ByteBuffer frame) {}

  private final FrontEnd frontEnd;
  private final NetQueue receive;
  private final NetQueue transmit;
  private final int headerBytes;
  private final boolean mergeable;
  private final Arena arena = Arena.ofShared();
  private final long gathered = arena.allocate(MAX_FRAME, 64).address();
  private long sentFrames;
  private long sentBytes;
  private long receivedFrames;
  private long receivedBytes;

  private NetPort(FrontEnd frontEnd, int pair, NetOptions options) throws IOException {
    this.frontEnd = frontEnd;
    long features = frontEnd.features();
    headerBytes = NetOptions.headerBytes(features);
    mergeable = NetFeature.MRG_RXBUF.in(features);
    Shape shape = possible(options.shape(), features);
    receive = queue(2 * pair, shape, options);
    transmit = queue(2 * pair + 1, shape, options);
  }

  /** Connects to a back-end and brings up the first queue pair. */
  public static NetPort connect(Os os, Transport transport, Path socket, NetOptions options)
      throws IOException {
    return bringUp(os, FrontEnd.connect(os, transport, socket), options);
  }

  /**
   * Negotiates, shares memory and brings up the first queue pair.
   *
   * @param frontEnd is the port's from now on, also when this fails
   */
  public static NetPort bringUp(Os os, FrontEnd frontEnd, NetOptions options) throws IOException {
    try {
      frontEnd.negotiate(options.features(), options.protocolFeatures());
      long needed = 3L * options.ringSize() * options.bufferBytes() / options.blocks();
      long blockBytes = Math.max(options.blockBytes(), needed + 0xfffff & -0x10_0000L);
      frontEnd.share(GuestRam.of(os, options.blocks(), blockBytes));
      NetPort port = open(frontEnd, 0, options);
      frontEnd.driverOk();
      return port;
    } catch (IOException | RuntimeException e) {
      frontEnd.close();
      throw e;
    }
  }

  /** Brings up a further queue pair of a front-end that has shared its memory. */
  public static NetPort open(FrontEnd frontEnd, int pair, NetOptions options) throws IOException {
    NetPort port = new NetPort(frontEnd, pair, options);
    port.fill();
    port.start(0, 0);
    return port;
  }

  /** A shape that the agreed features allow. */
  private static Shape possible(Shape wanted, long features) {
    boolean anyLayout = RingFeature.VERSION_1.in(features) || RingFeature.ANY_LAYOUT.in(features);
    if (!anyLayout) {
      return Shape.HEADER_APART;
    }
    return RingFeature.INDIRECT_DESC.in(features) || wanted == Shape.HEADER_APART
        ? wanted
        : Shape.ONE;
  }

  private NetQueue queue(int index, Shape shape, NetOptions options) throws IOException {
    Vring vring = frontEnd.queue(index, options.ringSize());
    return new NetQueue(vring, frontEnd.ram(), shape, headerBytes, options.bufferBytes());
  }

  private void fill() {
    while (receive.peekFree() != NOTHING) {
      receive.offerFree(receive.frameCapacity(), true);
    }
    receive.vring().flush();
  }

  private void start(int receiveBase, int transmitBase) throws IOException {
    receive.vring().start(receiveBase);
    transmit.vring().start(transmitBase);
    if (frontEnd.queuesBeginDisabled()) {
      enable(true);
    }
    receive.vring().ring().calls(false);
    transmit.vring().ring().calls(false);
    // What was offered before the start may have met a back-end that did not look yet.
    receive.vring().kick();
    transmit.vring().kick();
  }

  /** Enables or disables both queues. */
  public void enable(boolean enabled) throws IOException {
    receive.vring().enable(enabled);
    transmit.vring().enable(enabled);
  }

  /** Stops both queues at the back-end and starts them where they stopped. */
  public void restart() throws IOException {
    int receiveBase = receive.vring().stop();
    int transmitBase = transmit.vring().stop();
    start(receiveBase, transmitBase);
  }

  /** The front-end that the port belongs to. */
  public FrontEnd frontEnd() {
    return frontEnd;
  }

  /** The queue that the device writes. */
  public Vring receiveQueue() {
    return receive.vring();
  }

  /** The queue that the device reads. */
  public Vring transmitQueue() {
    return transmit.vring();
  }

  /** Buffers that wait for frames when all received ones were handled. */
  public int receiveBuffers() {
    return receive.buffers();
  }

  /** Bytes of a frame that fit into one buffer. */
  public int bufferCapacity() {
    return receive.frameCapacity();
  }

  /**
   * Room for the next frame.
   *
   * @return address in this process to write the frame to, with room for {@link #bufferCapacity}; 0
   *     when the ring is full
   */
  public long reserve() {
    int buffer = transmit.peekFree();
    if (buffer == NOTHING) {
      transmit.reclaim();
      buffer = transmit.peekFree();
    }
    return buffer == NOTHING ? 0 : transmit.frame(buffer);
  }

  /** Adds the frame that was written to what {@link #reserve} gave; {@link #flush} sends it. */
  public void commit(int length) {
    commit(VnetHeader.PLAIN, length);
  }

  /** The same with a header of its own. */
  public void commit(VnetHeader header, int length) {
    header.write(transmit.header(transmit.peekFree()), headerBytes);
    transmit.offerFree(length, false);
    sentFrames++;
    sentBytes += length;
  }

  /** Sends what was committed. */
  public void flush() {
    transmit.vring().flush();
  }

  /**
   * Sends one frame.
   *
   * @return false when the ring is full
   */
  public boolean send(VnetHeader header, byte... frame) {
    long room = reserve();
    if (room == 0) {
      return false;
    }
    MemorySegment.copy(
        frame,
        0,
        HostMemory.segment(room, bufferCapacity()),
        ValueLayout.JAVA_BYTE,
        0,
        frame.length);
    commit(header, frame.length);
    flush();
    return true;
  }

  /**
   * Hands over frames that have come, and gives their buffers to the device again.
   *
   * @return how many frames
   */
  public int receive(FrameHandler handler, int limit) {
    int frames = 0;
    while (frames < limit && receiveOne(handler)) {
      frames++;
    }
    if (frames > 0) {
      receive.vring().flush();
    }
    return frames;
  }

  /** Waits for one frame, asleep. */
  public Optional<Received> receive(Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Received[] got = new Received[1];
    FrameHandler copy =
        (header, frame, length) ->
            got[0] =
                new Received(
                    VnetHeader.read(header, headerBytes),
                    ByteBuffer.wrap(
                        HostMemory.segment(frame, length).toArray(ValueLayout.JAVA_BYTE)));
    while (receive(copy, 1) == 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      receive.vring().await((int) (left / 1_000_000) + 1);
    }
    return Optional.of(got[0]);
  }

  private boolean receiveOne(FrameHandler handler) {
    int buffer = receive.collect();
    if (buffer == NOTHING) {
      return false;
    }
    int bytes = receive.collectedBytes();
    int merged = mergeable ? VnetHeader.buffersAt(receive.header(buffer)) : 1;
    if (bytes < headerBytes || bytes > headerBytes + bufferCapacity() || merged < 1) {
      throw new IllegalStateException(
          "the device wrote %d bytes and says %d buffers; allowed are %d to %d and at least 1"
              .formatted(bytes, merged, headerBytes, headerBytes + bufferCapacity()));
    }
    int length = bytes - headerBytes;
    if (merged == 1) {
      handler.received(receive.header(buffer), receive.frame(buffer), length);
    } else {
      length = gather(buffer, length, merged);
      handler.received(receive.header(buffer), gathered, length);
    }
    receive.offer(buffer, bufferCapacity(), true);
    receivedFrames++;
    receivedBytes += length;
    return true;
  }

  /** Brings a frame over several buffers into one piece; all but the first are offered again. */
  private int gather(int first, int firstLength, int merged) {
    HostMemory.copy(receive.frame(first), gathered, firstLength);
    int length = firstLength;
    for (int i = 1; i < merged; i++) {
      int buffer = receive.collect();
      int bytes = receive.collectedBytes();
      if (buffer == NOTHING
          || bytes > headerBytes + bufferCapacity()
          || length + bytes > MAX_FRAME) {
        throw new IllegalStateException(
            "the device says %d buffers, and buffer %d is missing or has %d bytes"
                .formatted(merged, i, bytes));
      }
      // Only a frame's first buffer has a header.
      HostMemory.copy(receive.header(buffer), gathered + length, bytes);
      length += bytes;
      receive.offer(buffer, bufferCapacity(), true);
    }
    return length;
  }

  /** Frames committed so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Bytes of the frames committed so far. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Frames received so far. */
  public long receivedFrames() {
    return receivedFrames;
  }

  /** Bytes of the frames received so far. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Ends the device in the order in which QEMU does: it is reset, and its queues are stopped. */
  public void leave() throws IOException {
    frontEnd.status(0);
    receive.vring().stop();
    transmit.vring().stop();
  }

  /** Hangs up the whole front-end. */
  @Override
  public void close() {
    frontEnd.close();
    arena.close();
  }
}
