package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtqueue.QueueException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Frames are written into receive buffers of any layout. */
class FrameWriterTest {

  /** More turns than a writer needs to learn how large a ring's buffers are. */
  private static final int TURNS = 300;

  private final Arena arena = Arena.ofAuto();
  private final FrameWriter writer = new FrameWriter();
  private final FakeQueue queue = new FakeQueue(0, 256);

  private static byte[] content(int length, int seed) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private Frames plain(int... lengths) {
    List<byte[]> contents = new ArrayList<>();
    for (int length : lengths) {
      contents.add(content(length, length));
    }
    return Delivered.frames(
        arena, 700, Collections.nCopies(lengths.length, VnetHeader.PLAIN), contents);
  }

  /** Writes all frames in as many turns as it takes, and tells how many were dealt with. */
  private static int writeAll(FrameWriter to, FakeQueue queue, Frames frames) {
    int done = 0;
    for (int turn = 0; turn < TURNS && done < frames.count; turn++) {
      done += write(to, queue, frames, done, frames.count, false);
    }
    return done;
  }

  /** Copies and publishes. */
  private static int write(
      FrameWriter to, FakeQueue queue, Frames frames, int from, int end, boolean whole) {
    int done = to.copy(queue, frames, from, end, whole);
    to.publish(queue);
    return done;
  }

  private static byte[] header(VnetHeader header, int headerBytes, int buffers) {
    byte[] bytes = header.bytes(headerBytes);
    if (headerBytes == NetHeader.BYTES) {
      bytes[10] = (byte) buffers;
      bytes[11] = (byte) (buffers >> 8);
    }
    return bytes;
  }

  /** What a driver finds: each buffer's bytes. */
  private static List<byte[]> expected(
      List<int[]> buffers, List<byte[]> contents, VnetHeader header, int bytes, boolean merge) {
    List<byte[]> expected = new ArrayList<>();
    int buffer = 0;
    for (byte[] content : contents) {
      int needed = bytes + content.length;
      int used = 0;
      int room = 0;
      while (room < needed && buffer + used < buffers.size() && (merge || used == 0)) {
        room += Arrays.stream(buffers.get(buffer + used)).sum();
        used++;
      }
      if (room < needed) {
        if (merge || used == 0) {
          break;
        }
        continue;
      }
      var all = new ByteArrayOutputStream();
      all.writeBytes(header(header, bytes, used));
      all.writeBytes(content);
      int from = 0;
      for (int i = buffer; i < buffer + used; i++) {
        int to = Math.min(needed, from + Arrays.stream(buffers.get(i)).sum());
        expected.add(Arrays.copyOfRange(all.toByteArray(), from, to));
        from = to;
      }
      buffer += used;
    }
    return expected;
  }

  /** Whatever the buffers look like, the driver finds what the specification says. */
  @Property(tries = 2000)
  void anyBuffersHoldWhatTheSpecificationSays(
      @ForAll("buffers") List<int[]> buffers,
      @ForAll @Size(max = 8) List<@IntRange(min = 14, max = 400) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 200) int piece,
      @ForAll boolean modern,
      @ForAll boolean merge) {
    int headerBytes = modern || merge ? NetHeader.BYTES : NetHeader.LEGACY_BYTES;
    var header = new VnetHeader(1, 1, 54, 1460, 34, 16);
    List<byte[]> contents = lengths.stream().map(each -> content(each, each)).toList();
    try (Arena own = Arena.ofConfined()) {
      var to = new FrameWriter();
      to.negotiated(headerBytes, merge);
      var ring = new FakeQueue(0, 256);
      buffers.forEach(ring::offerRoom);
      List<VnetHeader> headers = Collections.nCopies(contents.size(), header);
      writeAll(to, ring, Delivered.frames(own, piece, headers, contents));
      List<byte[]> expected = expected(buffers, contents, header, headerBytes, merge);
      assertEquals(expected.size(), ring.used.size(), "buffers used");
      for (int i = 0; i < expected.size(); i++) {
        int buffer = i;
        assertArrayEquals(expected.get(i), ring.used.get(i), () -> "buffer " + buffer);
      }
    }
  }

  /** Buffers of up to four segments, the whole long enough for a header. */
  @Provide
  static Arbitrary<List<int[]>> buffers() {
    return Arbitraries.integers()
        .between(1, 200)
        .array(int[].class)
        .ofMinSize(1)
        .ofMaxSize(4)
        .filter(each -> Arrays.stream(each).sum() >= NetHeader.BYTES)
        .list()
        .ofMaxSize(20);
  }

  @Test
  void aFrameThatOnlyItsHeaderMakesTooLongForABufferTakesTwo() {
    writer.negotiated(NetHeader.BYTES, true);
    for (int i = 0; i < 8; i++) {
      queue.offerRoom(2048);
    }
    assertEquals(1, writeAll(writer, queue, plain(2037)));
    assertEquals(2, queue.used.size());
    assertEquals(2048, queue.used.get(0).length);
    assertEquals(1, queue.used.get(1).length);
  }

  @Test
  void aRingOfUnlikeBuffersTakesALongFrame() {
    writer.negotiated(NetHeader.BYTES, true);
    queue.offerRoom(60_000);
    for (int i = 0; i < 200; i++) {
      queue.offerRoom(64);
    }
    assertEquals(1, writeAll(writer, queue, plain(65_000)));
    assertEquals(1 + (65_012 - 60_000 + 63) / 64, queue.used.size());
  }

  /** Together with others it has more bytes than an int counts. */
  @Test
  void aBufferOf2GibIsCountedRight() {
    writer.negotiated(NetHeader.BYTES, true);
    queue.offerRoom(64);
    queue.offerGiant();
    assertEquals(1, writeAll(writer, queue, plain(Frames.MAX_BYTES)));
    assertEquals(NetHeader.BYTES + Frames.MAX_BYTES - 64, queue.used.get(1).length);
  }

  @Test
  void aFrameThatIsTooLargeForItsBufferIsLeftOut() {
    writer.negotiated(NetHeader.BYTES, false);
    queue.offerRoom(112);
    queue.offerRoom(112);
    assertEquals(3, write(writer, queue, plain(100, 101, 99), 0, 3, false));
    assertEquals(2, writer.delivered);
    assertEquals(199, writer.deliveredBytes);
    assertEquals(1, writer.tooLarge);
    assertEquals(112, queue.used.get(0).length);
    assertEquals(111, queue.used.get(1).length);
  }

  @Test
  void aFrameThatIsTooLargeForAllBuffersOfTheRingIsLeftOut() {
    writer.negotiated(NetHeader.BYTES, true);
    var small = new FakeQueue(0, 4);
    for (int i = 0; i < 4; i++) {
      small.offerRoom(100);
    }
    assertEquals(2, writeAll(writer, small, plain(389, 388)));
    assertEquals(4, small.used.size());
    assertEquals(1, writer.delivered);
  }

  @Test
  void whatHasNoBuffersNowIsLeftForLater() {
    writer.negotiated(NetHeader.BYTES, false);
    queue.offerRoom(2048);
    Frames frames = plain(100, 200);
    assertEquals(1, write(writer, queue, frames, 0, 2, false));
    assertEquals(0, write(writer, queue, frames, 1, 2, false));
    queue.offerRoom(2048);
    assertEquals(1, write(writer, queue, frames, 1, 2, false));
    assertEquals(212, queue.used.get(1).length);
  }

  @Test
  void wholeBurstsAreWrittenWhollyOrNotAtAll() {
    writer.negotiated(NetHeader.BYTES, false);
    queue.offerRoom(2048);
    Frames frames = plain(100, 200);
    assertEquals(0, write(writer, queue, frames, 0, 2, true));
    assertEquals(0, writer.delivered);
    assertEquals(0, writer.deliveredBytes);
    assertEquals(0, queue.used.size());
    queue.offerRoom(2048);
    assertEquals(2, write(writer, queue, frames, 0, 2, true));
    assertEquals(2, queue.used.size());
  }

  @Test
  void aBufferWithoutRoomForAHeaderEndsTheReceiver() {
    writer.negotiated(NetHeader.BYTES, true);
    queue.offerRoom(11);
    String line =
        assertThrows(QueueException.class, () -> write(writer, queue, plain(100), 0, 1, false))
            .getMessage();
    assertTrue(line.startsWith("queue 0: receive buffer with 11 writable"), line);
  }

  @Test
  void aBufferToReadEndsTheReceiver() {
    writer.negotiated(NetHeader.BYTES, false);
    queue.offerMixed(100, 2048);
    String line =
        assertThrows(QueueException.class, () -> write(writer, queue, plain(100), 0, 1, false))
            .getMessage();
    assertTrue(line.contains("2048 writable and 100 readable bytes"), line);
  }
}
