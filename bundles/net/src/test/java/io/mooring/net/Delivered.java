package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Frames as bytes, and bytes as frames. */
final class Delivered {

  private Delivered() {}

  /** A frame's bytes, gathered from its segments. */
  static byte[] bytes(Frames frames, int frame) {
    var bytes = new ByteArrayOutputStream();
    int segment = frames.segment[frame];
    int offset = frames.offset[frame];
    while (bytes.size() < frames.length[frame]) {
      int part =
          Math.min(frames.segmentLength[segment] - offset, frames.length[frame] - bytes.size());
      bytes.writeBytes(
          HostMemory.segment(frames.address[segment] + offset, part)
              .toArray(ValueLayout.JAVA_BYTE));
      segment++;
      offset = 0;
    }
    return bytes.toByteArray();
  }

  /** Frames with their headers, each in segments of at most {@code piece} bytes. */
  static Frames frames(Arena arena, int piece, List<VnetHeader> headers, List<byte[]> contents) {
    int segments = contents.stream().mapToInt(each -> each.length / piece + 1).sum();
    var frames = new Frames(contents.size());
    frames.address = new long[segments];
    frames.segmentLength = new int[segments];
    int segment = 0;
    for (byte[] content : contents) {
      int frame = frames.count++;
      frames.header[frame] = headers.get(frame).word();
      frames.checksumOffset[frame] = headers.get(frame).checksumOffset();
      frames.segment[frame] = segment;
      frames.length[frame] = content.length;
      for (int done = 0; done < content.length; done += piece) {
        int part = Math.min(piece, content.length - done);
        MemorySegment copy = arena.allocate(part, 1);
        copy.copyFrom(MemorySegment.ofArray(content).asSlice(done, part));
        frames.address[segment] = copy.address();
        frames.segmentLength[segment++] = part;
      }
    }
    return frames;
  }
}
