package io.mooring.net;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Virtqueue;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A virtqueue whose driver is the test: chains of any layout, and what the device made of them. It
 * insists that the device writes inside the buffers only.
 */
final class FakeQueue implements Virtqueue {

  private static final int GUARD = 64;
  private static final byte GUARD_BYTE = (byte) 0xa5;

  /** A chain; the segments without their guards. */
  private record Chain(List<MemorySegment> readable, List<MemorySegment> writable) {

    int readableBytes() {
      return readable.stream().mapToInt(each -> (int) each.byteSize()).sum();
    }

    int writableBytes() {
      return writable.stream().mapToInt(each -> (int) each.byteSize()).sum();
    }
  }

  private final int index;
  private final int size;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment untouched = arena.allocate(GUARD).fill(GUARD_BYTE);
  private final List<MemorySegment> guards = new ArrayList<>();
  private final List<Chain> offered = new ArrayList<>();

  /** What the device wrote into each chain that it gave back. */
  final List<byte[]> used = new ArrayList<>();

  boolean armed;

  private Runnable taking = () -> {};
  private Runnable publishing = () -> {};
  private Runnable published = () -> {};

  FakeQueue(int index, int size) {
    this.index = index;
    this.size = size;
  }

  /** Offers a chain to read: one segment for each piece. */
  void offer(byte[]... pieces) {
    List<MemorySegment> segments = new ArrayList<>();
    for (byte[] piece : pieces) {
      MemorySegment segment = segment(piece.length);
      segment.copyFrom(MemorySegment.ofArray(piece));
      segments.add(segment);
    }
    offered.add(new Chain(segments, List.of()));
  }

  /** The driver writes a segment of an offered chain anew, though the device has it. */
  void change(int chain, int segment, byte... piece) {
    offered.get(chain).readable.get(segment).copyFrom(MemorySegment.ofArray(piece));
  }

  /** Something happens whenever the device takes chains. */
  void onTake(Runnable happening) {
    taking = happening;
  }

  /** Something happens whenever the device gives chains back: before that, and after it. */
  void onPublish(Runnable before, Runnable after) {
    publishing = before;
    published = after;
  }

  /** Offers a chain to write. */
  void offerRoom(int... lengths) {
    List<MemorySegment> segments = new ArrayList<>();
    for (int length : lengths) {
      segments.add(segment(length));
    }
    offered.add(new Chain(List.of(), segments));
  }

  /** Offers a command: what is to be read, one segment for each piece, and room for an answer. */
  void offerCommand(int room, byte[]... pieces) {
    offer(pieces);
    Chain command = offered.removeLast();
    offered.add(new Chain(command.readable, room == 0 ? List.of() : List.of(segment(room))));
  }

  /** Offers a chain of which a part is to be read, as no receive queue has it. */
  void offerMixed(int readable, int writable) {
    offered.add(new Chain(List.of(segment(readable)), List.of(segment(writable))));
  }

  /** Offers a chain to write that says it has 2 GiB; it has what the longest frame needs. */
  void offerGiant() {
    MemorySegment real = segment(NetHeader.BYTES + Frames.MAX_BYTES);
    offered.add(new Chain(List.of(), List.of(real.reinterpret(Integer.MAX_VALUE))));
  }

  private MemorySegment segment(int length) {
    MemorySegment whole = arena.allocate(length + 2L * GUARD, 1).fill(GUARD_BYTE);
    guards.add(whole.asSlice(0, GUARD));
    guards.add(whole.asSlice(GUARD + length, GUARD));
    return whole.asSlice(GUARD, length);
  }

  int waiting() {
    return offered.size();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int take(Chains chains, int limit) {
    taking.run();
    chains.count = 0;
    int segments = 0;
    int most = Math.min(Math.min(limit, chains.capacity()), offered.size());
    for (int i = 0; i < most; i++) {
      Chain chain = offered.get(i);
      chains.first[i] = segments;
      chains.readable[i] = chain.readable.size();
      chains.readableBytes[i] = chain.readableBytes();
      chains.writableBytes[i] = chain.writableBytes();
      chains.written[i] = 0;
      List<MemorySegment> all = new ArrayList<>(chain.readable);
      all.addAll(chain.writable);
      for (MemorySegment each : all) {
        if (segments == chains.address.length) {
          chains.grow();
        }
        chains.address[segments] = each.address();
        chains.length[segments] = (int) each.byteSize();
        segments++;
      }
      chains.count++;
    }
    chains.first[chains.count] = segments;
    return chains.count;
  }

  @Override
  public void publish(Chains chains, int count) {
    publishing.run();
    if (guards.stream().anyMatch(guard -> guard.mismatch(untouched) != -1)) {
      throw new AssertionError("the device wrote beside a buffer");
    }
    for (int i = 0; i < count; i++) {
      Chain chain = offered.removeFirst();
      if (chains.written[i] > chain.writableBytes()) {
        throw new AssertionError(
            "the device says that it wrote %d bytes into %d"
                .formatted(chains.written[i], chain.writableBytes()));
      }
      used.add(bytes(chain.writable, chains.written[i]));
    }
    published.run();
  }

  private static byte[] bytes(List<MemorySegment> segments, int length) {
    var all = new ByteArrayOutputStream();
    for (MemorySegment each : segments) {
      long part = Math.min(each.byteSize(), length - all.size());
      all.writeBytes(each.asSlice(0, part).toArray(ValueLayout.JAVA_BYTE));
    }
    return all.toByteArray();
  }

  @Override
  public boolean available() {
    return !offered.isEmpty();
  }

  @Override
  public boolean arm() {
    armed = true;
    return available();
  }

  @Override
  public void disarm() {
    armed = false;
  }

  @Override
  public int base() {
    return used.size();
  }

  @Override
  public void call(int eventfd) {}

  @Override
  public void memory(MemoryTable table) {}
}
