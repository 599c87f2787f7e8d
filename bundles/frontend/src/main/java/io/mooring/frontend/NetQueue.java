package io.mooring.frontend;

import io.mooring.frontend.NetOptions.Shape;

/**
 * One queue of a network driver with its buffers: each holds a header and a frame behind it, laid
 * into descriptors as the shape says. One thread uses it; nothing is allocated a frame.
 */
final class NetQueue {

  private static final int NONE = -1;

  /** Bytes of the frame that {@link Shape#SCATTERED} sets apart: less than an Ethernet header. */
  private static final int SHORT_PIECE = 9;

  private final Vring vring;
  private final DriverRing ring;
  private final Shape shape;
  private final int headerBytes;
  private final int bufferBytes;
  private final long[] guest;
  private final long[] host;
  private final int[] bufferOfHead;
  private final int[] free;
  private int freeCount;
  private final long[] addresses = new long[3];
  private final int[] lengths = new int[3];

  NetQueue(Vring vring, GuestRam ram, Shape shape, int headerBytes, int bufferBytes) {
    this.vring = vring;
    ring = vring.ring();
    this.shape = shape;
    this.headerBytes = headerBytes;
    this.bufferBytes = bufferBytes;
    int size = ring.memory().size();
    freeCount = shape == Shape.HEADER_APART ? size / 2 : size;
    guest = new long[freeCount];
    host = new long[freeCount];
    free = new int[freeCount];
    bufferOfHead = new int[size];
    for (int i = 0; i < freeCount; i++) {
      guest[i] = ram.allocate(bufferBytes, 64);
      host[i] = ram.host(guest[i], bufferBytes);
      free[i] = i;
    }
  }

  Vring vring() {
    return vring;
  }

  int buffers() {
    return guest.length;
  }

  int frameCapacity() {
    return bufferBytes - headerBytes;
  }

  /** A free buffer, which is not taken from the free ones yet; -1 when there is none. */
  int peekFree() {
    return freeCount == 0 ? NONE : free[freeCount - 1];
  }

  long header(int buffer) {
    return host[buffer];
  }

  long frame(int buffer) {
    return host[buffer] + headerBytes;
  }

  /** Offers the buffer of {@link #peekFree} to the device. */
  void offerFree(int frameBytes, boolean writable) {
    offer(free[--freeCount], frameBytes, writable);
  }

  /** Offers a buffer that was collected. */
  void offer(int buffer, int frameBytes, boolean writable) {
    int count = lay(guest[buffer], frameBytes);
    boolean table = shape == Shape.INDIRECT || shape == Shape.SCATTERED;
    int head = ring.add(addresses, lengths, writable ? 0 : count, count, table);
    if (head == NONE) {
      throw new IllegalStateException("ring is full although a buffer is free");
    }
    bufferOfHead[head] = buffer;
  }

  private int lay(long buffer, int frameBytes) {
    return switch (shape) {
      case ONE, INDIRECT -> {
        segment(0, buffer, headerBytes + frameBytes);
        yield 1;
      }
      case HEADER_APART -> {
        segment(0, buffer, headerBytes);
        segment(1, buffer + headerBytes, frameBytes);
        yield 2;
      }
      case SCATTERED -> {
        segment(0, buffer, headerBytes);
        segment(1, buffer + headerBytes, SHORT_PIECE);
        segment(2, buffer + headerBytes + SHORT_PIECE, frameBytes - SHORT_PIECE);
        yield 3;
      }
    };
  }

  private void segment(int index, long address, int length) {
    addresses[index] = address;
    lengths[index] = length;
  }

  /** Takes back a buffer that the device used; -1 when there is none. */
  int collect() {
    return ring.collect() ? bufferOfHead[ring.head()] : NONE;
  }

  /** Bytes that the device wrote into the buffer that was collected last, header and all. */
  int collectedBytes() {
    return ring.length();
  }

  /** Makes free again what the device has read. */
  void reclaim() {
    for (int buffer = collect(); buffer != NONE; buffer = collect()) {
      free[freeCount++] = buffer;
    }
  }
}
