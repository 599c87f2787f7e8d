package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.foreign.Arena;

/**
 * Copies frames into a receive queue: the one copy between two guests. Takes a burst of buffers,
 * copies, and publishes them together.
 */
final class FrameWriter {

  /** Fits the segments of one cut TCP packet. */
  static final int BUFFERS = 256;

  private static final int NUM_BUFFERS = 10;
  private static final int HASH_VALUE = 12;
  private static final int HASH_REPORT = 16;

  /** Room beyond it is of no use, and adding it up would overflow. */
  private static final int LARGEST_ROOM = NetHeader.HASH_BYTES + Frames.MAX_BYTES;

  private final Arena arena = Arena.ofAuto();
  private final long scratch = arena.allocate(NetHeader.HASH_BYTES + 4L, 8).address();
  private final Chains buffers = new Chains(BUFFERS);

  private int headerBytes = NetHeader.BYTES;
  private boolean mergeable;
  private boolean limited;
  private int typicalBuffer = 2048;

  /** Where the copy goes on within the taken buffers. */
  private int segment;

  private int offset;

  /** Buffers that {@link #copy} has filled. */
  private int filled;

  /** What {@link #copy} counted: frames and bytes delivered, frames that no buffer can hold. */
  int delivered;

  long deliveredBytes;
  int tooLarge;

  /** The receiver's header. */
  void negotiated(int bytes, boolean mergeableBuffers) {
    headerBytes = bytes;
    mergeable = mergeableBuffers;
  }

  /** Whether frames are long only as far as a {@link FrameLimit} admitted. */
  void limited(boolean isSo) {
    limited = isSo;
  }

  /**
   * Copies the frames from {@code from} to {@code to} as far as there are buffers; {@link #publish}
   * delivers them.
   *
   * @param whole deliver all of them or none
   * @return how many frames were dealt with, from {@code from} on
   */
  int copy(Virtqueue queue, Frames frames, int from, int to, boolean whole) {
    filled = 0;
    delivered = 0;
    deliveredBytes = 0;
    tooLarge = 0;
    int taken = queue.take(buffers, wanted(frames, from, to));
    int buffer = 0;
    int frame = from;
    for (; frame < to && buffer < taken; frame++) {
      int bytes = headerBytes + frames.length[frame];
      int used = buffersFor(queue, buffer, taken, bytes);
      if (used == 0) {
        break;
      }
      if (used < 0) {
        tooLarge++;
        continue;
      }
      copyFrame(frames, frame, buffer, used);
      if (limited && frames.admitted[frame] != 0) {
        writeAdmitted(frames.admitted[frame], buffers.first[buffer]);
      }
      buffer += used;
      delivered++;
      deliveredBytes += frames.length[frame];
    }
    if (whole && frame < to) {
      delivered = 0;
      deliveredBytes = 0;
      tooLarge = 0;
      return 0;
    }
    filled = buffer;
    return frame - from;
  }

  /** Whether {@link #publish} delivers anything. */
  boolean hasCopied() {
    return filled > 0;
  }

  /** Gives what was copied to the driver. */
  void publish(Virtqueue queue) {
    queue.publish(buffers, filled);
  }

  private int wanted(Frames frames, int from, int to) {
    int want = to - from;
    if (mergeable) {
      int bytes = 0;
      for (int i = from; i < to; i++) {
        bytes += headerBytes + frames.length[i];
      }
      // No frame needs more than one buffer beyond what its bytes fill.
      want += bytes / typicalBuffer;
    }
    return want;
  }

  /** How many buffers a frame takes: 0 when there are too few now, -1 when no number would do. */
  private int buffersFor(Virtqueue queue, int buffer, int taken, int bytes) {
    int room = room(queue, buffer);
    typicalBuffer = room;
    if (room >= bytes) {
      return 1;
    }
    if (!mergeable) {
      return -1;
    }
    for (int used = 1; buffer + used < taken; used++) {
      room += room(queue, buffer + used);
      if (room >= bytes) {
        return used + 1;
      }
    }
    // The next try takes at least one more.
    typicalBuffer = room / (taken - buffer);
    // A whole ring of buffers that is too small will never do.
    return taken - buffer >= Math.min(queue.size(), BUFFERS) ? -1 : 0;
  }

  private int room(Virtqueue queue, int buffer) {
    int room = buffers.writableBytes[buffer];
    if (room < headerBytes || buffers.readable[buffer] > 0) {
      throw new QueueException(
          "queue %d: receive buffer with %d writable and %d readable bytes, the header alone has %d"
              .formatted(queue.index(), room, buffers.readableBytes[buffer], headerBytes));
    }
    return Math.min(room, LARGEST_ROOM);
  }

  private void copyFrame(Frames frames, int frame, int buffer, int used) {
    int length = frames.length[frame];
    int first = buffers.first[buffer];
    writeHeader(frames, frame, first, used);
    int source = frames.segment[frame];
    int sourceOffset = frames.offset[frame];
    if (used == 1) {
      buffers.written[buffer] = headerBytes + length;
      if (frames.segmentLength[source] - sourceOffset >= length
          && buffers.length[segment] - offset >= length) {
        HostMemory.copy(
            frames.address[source] + sourceOffset, buffers.address[segment] + offset, length);
        return;
      }
    } else {
      int left = headerBytes + length;
      for (int i = buffer; i < buffer + used; i++) {
        buffers.written[i] = Math.min(left, buffers.writableBytes[i]);
        left -= buffers.written[i];
      }
    }
    for (int left = length; left > 0; ) {
      int part =
          Math.min(
              left,
              Math.min(
                  frames.segmentLength[source] - sourceOffset, buffers.length[segment] - offset));
      HostMemory.copy(
          frames.address[source] + sourceOffset, buffers.address[segment] + offset, part);
      left -= part;
      sourceOffset += part;
      if (sourceOffset == frames.segmentLength[source]) {
        source++;
        sourceOffset = 0;
      }
      advance(part);
    }
  }

  private void writeHeader(Frames frames, int frame, int first, int used) {
    segment = first;
    offset = 0;
    boolean fits = buffers.length[first] >= headerBytes;
    long to = fits ? buffers.address[first] : scratch;
    // A buffer that came back with the same header is not written: the line stays in the caches of
    // both sides.
    if (HostMemory.getLong(to) != frames.header[frame]) {
      HostMemory.putLong(to, frames.header[frame]);
    }
    if (HostMemory.getUnsignedShort(to + 8) != frames.checksumOffset[frame]) {
      HostMemory.putShort(to + 8, frames.checksumOffset[frame]);
    }
    if (headerBytes >= NetHeader.BYTES && HostMemory.getUnsignedShort(to + NUM_BUFFERS) != used) {
      HostMemory.putShort(to + NUM_BUFFERS, used);
    }
    if (headerBytes == NetHeader.HASH_BYTES) {
      HostMemory.putInt(to + HASH_VALUE, frames.hash[frame]);
      HostMemory.putInt(to + HASH_REPORT, frames.hashReport[frame]);
    }
    if (fits) {
      advance(headerBytes);
      return;
    }
    for (int done = 0; done < headerBytes; ) {
      int part = Math.min(headerBytes - done, buffers.length[segment] - offset);
      HostMemory.copy(scratch + done, buffers.address[segment] + offset, part);
      done += part;
      advance(part);
    }
  }

  /** The receiver gets what its limit was decided by, though the sender change it meanwhile. */
  private void writeAdmitted(long admitted, int first) {
    for (int tag = 0; tag < FrameLimit.MOST_TAGS; tag++) {
      int type = FrameLimit.tagType(admitted, tag);
      if (type != 0) {
        int place = FrameLimit.ETHERTYPE + tag * FrameLimit.TAG_BYTES;
        writeByte(first, place, type >>> Byte.SIZE);
        writeByte(first, place + 1, type);
      }
    }
    if (FrameLimit.tcpPlace(admitted) != 0) {
      writeByte(first, FrameLimit.tcpPlace(admitted), FrameLimit.tcpOffset(admitted));
    }
  }

  private void writeByte(int first, int at, int value) {
    int in = first;
    int from = headerBytes + at;
    while (from >= buffers.length[in]) {
      from -= buffers.length[in++];
    }
    HostMemory.putByte(buffers.address[in] + from, (byte) value);
  }

  private void advance(int bytes) {
    offset += bytes;
    if (offset == buffers.length[segment]) {
      segment++;
      offset = 0;
    }
  }
}
