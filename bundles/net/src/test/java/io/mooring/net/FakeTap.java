package io.mooring.net;

import io.mooring.api.os.Tap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** The host's network: frames with a 12-byte header each. */
final class FakeTap implements Tap {

  final Deque<byte[]> waiting = new ArrayDeque<>();
  final List<byte[]> sent = new ArrayList<>();
  boolean takes = true;

  void arrives(VnetHeader header, byte[] frame) {
    byte[] whole = Arrays.copyOf(header.bytes(12), 12 + frame.length);
    System.arraycopy(frame, 0, whole, 12, frame.length);
    waiting.add(whole);
  }

  @Override
  public String name() {
    return "tap0";
  }

  @Override
  public int descriptor() {
    return 42;
  }

  @Override
  public int read(MemorySegment into) {
    byte[] next = waiting.poll();
    if (next == null) {
      return 0;
    }
    into.asSlice(0, next.length).copyFrom(MemorySegment.ofArray(next));
    return next.length;
  }

  @Override
  public boolean write(MemorySegment from) {
    if (takes) {
      sent.add(from.toArray(ValueLayout.JAVA_BYTE));
    }
    return takes;
  }

  @Override
  public void close() {}
}
