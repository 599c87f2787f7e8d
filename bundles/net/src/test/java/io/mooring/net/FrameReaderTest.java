package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtqueue.Chains;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transmit chains of every layout, and headers that no honest driver writes. */
class FrameReaderTest {

  private static final long ALL =
      NetFeature.CSUM.mask() | NetFeature.HOST_TSO4.mask() | NetFeature.HOST_TSO6.mask();

  private final FakeQueue queue = new FakeQueue(1, 256);
  private final Chains chains = new Chains(64);
  private final Frames frames = new Frames(64);
  private final FrameReader reader = new FrameReader();

  private void read(long features, int headerBytes) {
    queue.take(chains, 64);
    reader.negotiated(features, headerBytes);
    reader.read(chains, frames);
  }

  /** Reads one frame of 100 bytes with a header, and tells the length that it was given. */
  private int read(long features, VnetHeader header) {
    queue.offer(header.bytes(NetHeader.BYTES), new byte[100]);
    read(features, NetHeader.BYTES);
    int length = frames.length[0];
    queue.publish(chains, 1);
    return length;
  }

  private static byte[] frame(int length, int seed) {
    byte[] frame = new byte[length];
    new Random(seed).nextBytes(frame);
    return frame;
  }

  /** The bytes at pieces of given lengths, and the rest. */
  private static byte[][] split(byte[] bytes, int... cuts) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      int to = Math.min(bytes.length, from + cut);
      if (to > from) {
        pieces.add(Arrays.copyOfRange(bytes, from, to));
      }
      from = to;
    }
    if (from < bytes.length) {
      pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    }
    return pieces.toArray(byte[][]::new);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static long mac(byte[] frame, int at) {
    long mac = 0;
    for (int i = 5; i >= 0; i--) {
      mac = (mac << 8) | (frame[at + i] & 0xff);
    }
    return mac;
  }

  /** However header and frame are spread over descriptors, the same is read. */
  @Property(tries = 2000)
  void anyLayoutIsReadTheSame(
      @ForAll boolean modern,
      @ForAll @IntRange(min = 14, max = 300) int length,
      @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 40) Integer> cuts) {
    int headerBytes = modern ? NetHeader.BYTES : NetHeader.LEGACY_BYTES;
    var header = new VnetHeader(1, 0, 34, 0, 14, 0);
    byte[] frame = frame(length, length);
    byte[] all = concat(header.bytes(headerBytes), frame);
    var fresh = new FakeQueue(1, 256);
    fresh.offer(all);
    fresh.offer(split(all, cuts.stream().mapToInt(Integer::intValue).toArray()));
    fresh.take(chains, 64);
    reader.negotiated(ALL, headerBytes);
    reader.read(chains, frames);
    assertEquals(2, frames.count);
    for (int i = 0; i < 2; i++) {
      if (length < 16) {
        assertEquals(0, frames.length[i], "the checksum is not in a frame of " + length);
        continue;
      }
      assertEquals(length, frames.length[i]);
      assertEquals(header.word(), frames.header[i]);
      assertEquals(0, frames.checksumOffset[i]);
      assertEquals(mac(frame, 0), frames.destination[i]);
      assertEquals(mac(frame, 6), frames.source[i]);
      assertArrayEquals(frame, Delivered.bytes(frames, i));
    }
  }

  @Test
  void aHeaderWithoutAnEthernetFrameIsMalformed() {
    queue.offer(new byte[1]);
    queue.offer(new byte[12]);
    queue.offer(new byte[25]);
    queue.offer(new byte[12], new byte[13]);
    queue.offerRoom(2048);
    queue.offer(new byte[26]);
    read(0, NetHeader.BYTES);
    assertArrayEquals(new int[] {0, 0, 0, 0, 0, 14}, Arrays.copyOf(frames.length, frames.count));
  }

  @Test
  void aLegacyHeaderIsTwoBytesShorter() {
    queue.offer(new byte[24]);
    queue.offer(new byte[23]);
    read(0, NetHeader.LEGACY_BYTES);
    assertArrayEquals(new int[] {14, 0}, Arrays.copyOf(frames.length, frames.count));
  }

  @Test
  void aFrameHasAtMost64KibWithItsTags() {
    queue.offer(new byte[NetHeader.BYTES + Frames.MAX_BYTES]);
    queue.offer(new byte[NetHeader.BYTES + Frames.MAX_BYTES + 1]);
    read(0, NetHeader.BYTES);
    assertArrayEquals(new int[] {Frames.MAX_BYTES, 0}, Arrays.copyOf(frames.length, frames.count));
  }

  @Test
  void aPlainHeaderIsWordZeroWhateverElseIsInIt() {
    queue.offer(new VnetHeader(0, 0, 99, 99, 99, 99).bytes(12), new byte[100]);
    read(0, NetHeader.BYTES);
    assertEquals(100, frames.length[0]);
    assertEquals(0, frames.header[0]);
  }

  /** DATA_VALID and RSC_INFO are the device's. */
  @Test
  void flagsThatAreNotADriversAreTakenAway() {
    queue.offer(new VnetHeader(0xff, 0, 0, 0, 34, 16).bytes(12), new byte[100]);
    queue.offer(new VnetHeader(0xfe, 0, 0, 0, 34, 16).bytes(12), new byte[100]);
    read(ALL, NetHeader.BYTES);
    assertEquals(NetHeader.NEEDS_CSUM, (int) frames.header[0] & 0xff);
    assertEquals(0, frames.header[1] & 0xffff);
    assertEquals(100, frames.length[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {14, 34, 82})
  void aChecksumInsideTheFrameIsTaken(int start) {
    assertEquals(100, read(ALL, new VnetHeader(1, 0, 0, 0, start, 16)));
    assertEquals(16, frames.checksumOffset[0]);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 13, 83, 100, 0xffff})
  void aChecksumOutsideTheFrameIsMalformed(int start) {
    assertEquals(0, read(ALL, new VnetHeader(1, 0, 0, 0, start, 16)));
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 0x7fff, 0xffff})
  void aChecksumFieldOutsideTheFrameIsMalformed(int offset) {
    assertEquals(0, read(ALL, new VnetHeader(1, 0, 0, 0, 34, offset)));
  }

  @Test
  void offloadsThatWereNotNegotiatedAreMalformed() {
    var csum = new VnetHeader(1, 0, 0, 0, 34, 16);
    var four = new VnetHeader(1, 1, 54, 1460, 34, 16);
    var six = new VnetHeader(1, 4, 74, 1440, 54, 16);
    assertEquals(0, read(ALL & ~NetFeature.HOST_TSO4.mask(), four));
    assertEquals(0, read(ALL & ~NetFeature.HOST_TSO6.mask(), six));
    assertEquals(100, read(ALL, csum));
    assertEquals(100, read(ALL, four));
    assertEquals(100, read(ALL, six));
  }

  @Test
  void withoutChecksumsAHeaderAsksForNothing() {
    for (VnetHeader header :
        List.of(new VnetHeader(1, 0, 0, 0, 34, 16), new VnetHeader(1, 1, 54, 1460, 34, 16))) {
      assertEquals(100, read(ALL & ~NetFeature.CSUM.mask(), header));
      assertEquals(0, frames.header[0]);
    }
  }

  @Test
  void segmentationNeedsAChecksumAndASize() {
    assertEquals(0, read(ALL, new VnetHeader(0, 1, 54, 1460, 34, 16)));
    assertEquals(0, read(ALL, new VnetHeader(1, 1, 54, 0, 34, 16)));
    assertEquals(0, read(ALL, new VnetHeader(1, 4, 74, 0, 54, 16)));
    assertEquals(0, read(-1, new VnetHeader(1, 3, 42, 0, 34, 6)));
    assertEquals(0, read(-1, new VnetHeader(0, 5, 42, 1000, 34, 6)));
  }

  /** Each type and the feature that allows it; the legacy GSO allows what there was then. */
  @Test
  void aTypeOfSegmentationIsTakenFromWhoNegotiatedIt() {
    long ecn = NetFeature.HOST_ECN.mask();
    long gso = NetFeature.GSO.mask();
    Map<Integer, List<Long>> allowed =
        Map.of(
            0, List.of(0L),
            1, List.of(NetFeature.HOST_TSO4.mask(), gso),
            3, List.of(NetFeature.HOST_UFO.mask(), gso),
            4, List.of(NetFeature.HOST_TSO6.mask(), gso),
            5, List.of(NetFeature.HOST_USO.mask()),
            0x81, List.of(NetFeature.HOST_TSO4.mask() | ecn, gso),
            0x84, List.of(NetFeature.HOST_TSO6.mask() | ecn, gso));
    long all =
        Stream.of(NetFeature.values())
            .mapToLong(NetFeature::mask)
            .filter(mask -> mask != gso)
            .reduce(0, (a, b) -> a | b);
    for (int type = 0; type < 256; type++) {
      var header = new VnetHeader(1, type, 54, 1460, 34, 16);
      List<Long> by = allowed.getOrDefault(type, List.of());
      for (long each : by) {
        assertEquals(100, read(NetFeature.CSUM.mask() | each, header), "type " + type);
        if (each != gso && each != 0) {
          assertEquals(0, read(all & ~each, header), "type " + type + " was not negotiated");
        }
      }
      assertEquals(by.isEmpty() ? 0 : 100, read(all | gso, header), "type " + type);
    }
  }

  @Property(tries = 2000)
  void anyHeaderGivesAFrameThatKeepsItsOwnBounds(
      @ForAll @Size(12) byte[] header,
      @ForAll long features,
      @ForAll @IntRange(min = 14, max = 200) int length) {
    var fresh = new FakeQueue(1, 256);
    fresh.offer(header, new byte[length]);
    fresh.take(chains, 64);
    reader.negotiated(features, NetHeader.BYTES);
    reader.read(chains, frames);
    if (frames.length[0] != 0 && NetHeader.needsChecksum(frames.header[0])) {
      int end = NetHeader.checksumStart(frames.header[0]) + frames.checksumOffset[0] + 2;
      assertEquals(end, Math.min(end, length), "the end of the checksum, and of the frame");
    }
  }
}
