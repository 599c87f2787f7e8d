package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames between guests and the host's network. */
class UplinkTest {

  private static final byte[] HOST = {2, 0, 0, 0, 0, 1};
  private static final byte[] GUEST = {2, 0, 0, 0, 0, 2};
  private static final byte[] OTHER = {2, 0, 0, 0, 0, 3};

  private long nanos = 1_000_000_000_000L;
  private final Switch fabric = new Switch("test", () -> nanos);
  private final FakeTap tap = new FakeTap();
  private final Uplink uplink = new Uplink(fabric, tap);
  private final FakePort guest = new FakePort();
  private final FakePort other = new FakePort();
  private final Counters counters = new Counters();
  private int guestNumber;

  @BeforeEach
  void bothGuestsHaveSpoken() {
    uplink.joined();
    guestNumber = fabric.join(guest);
    int otherNumber = fabric.join(other);
    send(guestNumber, VnetHeader.PLAIN, frame(OTHER, GUEST, 60));
    send(otherNumber, VnetHeader.PLAIN, frame(GUEST, OTHER, 60));
    tap.sent.clear();
    guest.got.clear();
    other.got.clear();
  }

  private static byte[] frame(byte[] to, byte[] from, int length) {
    byte[] frame = new byte[length];
    for (int i = 0; i < length; i++) {
      frame[i] = (byte) (i * 13 + length);
    }
    System.arraycopy(to, 0, frame, 0, 6);
    System.arraycopy(from, 0, frame, 6, 6);
    return frame;
  }

  private int send(int from, VnetHeader header, byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      Frames frames = Delivered.frames(arena, 50, List.of(header), List.of(frame));
      frames.destination[0] = mac(frame, 0);
      frames.source[0] = mac(frame, 6);
      return fabric.forward(frames, 0, from, 0, counters);
    }
  }

  private static long mac(byte[] frame, int at) {
    long mac = 0;
    for (int i = 5; i >= 0; i--) {
      mac = (mac << 8) | (frame[at + i] & 0xff);
    }
    return mac;
  }

  @Test
  void aGuestsFrameReachesTheHostWithItsHeader() {
    TcpPacket packet = new TcpPacket(0, false, 0, 0, 1, 2, 0, ByteBuffer.allocate(3000));
    byte[] frame = packet.bytes();
    System.arraycopy(HOST, 0, frame, 0, 6);
    System.arraycopy(GUEST, 0, frame, 6, 6);
    assertEquals(1, send(guestNumber, packet.segmented(1460), frame));
    byte[] sent = tap.sent.getFirst();
    assertArrayEquals(packet.segmented(1460).bytes(12), Arrays.copyOf(sent, 12));
    assertArrayEquals(frame, Arrays.copyOfRange(sent, 12, sent.length));
  }

  /** Of UDP offloads, hosts take what their kernels know. */
  @Test
  void largeDatagramsReachTheHostCut() {
    UdpDatagram large = new UdpDatagram(0, false, 0, 7, 0, ByteBuffer.allocate(1900));
    byte[] frame = large.bytes();
    System.arraycopy(HOST, 0, frame, 0, 6);
    System.arraycopy(GUEST, 0, frame, 6, 6);
    assertEquals(1, send(guestNumber, large.segmented(1000), frame));
    assertEquals(1, send(guestNumber, large.fragmented(1000), frame));
    assertEquals(4, tap.sent.size());
    for (byte[] each : tap.sent) {
      assertArrayEquals(VnetHeader.PLAIN.bytes(12), Arrays.copyOf(each, 12));
    }
    byte[] first = tap.sent.getFirst();
    assertEquals(1000, large.parse(Arrays.copyOfRange(first, 12, first.length), 7).length);
  }

  @Test
  void theHostsFramesReachTheirGuests() {
    tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100));
    tap.arrives(VnetHeader.PLAIN, frame(OTHER, HOST, 200));
    assertEquals(2, uplink.poll());
    assertEquals(List.of(100), guest.got);
    assertEquals(List.of(200), other.got);
    assertEquals(0, uplink.poll());
    assertFalse(uplink.arm());
  }

  @Test
  void theHostIsFoundAtTheUplink() {
    tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100));
    uplink.poll();
    send(guestNumber, VnetHeader.PLAIN, frame(HOST, GUEST, 70));
    assertEquals(1, tap.sent.size());
    assertEquals(List.of(), other.got);
  }

  @Test
  void aBurstIsBoundedAndTheRestComesNext() {
    for (int i = 0; i < 40; i++) {
      tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100 + i));
    }
    assertEquals(32, uplink.poll());
    assertEquals(8, uplink.poll());
    assertEquals(40, guest.got.size());
    assertEquals(139, guest.got.getLast());
  }

  @Test
  void aGuestWithoutBuffersLosesNothingOfOthers() {
    guest.buffers = 1;
    for (int i = 0; i < 3; i++) {
      tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100 + i));
      tap.arrives(VnetHeader.PLAIN, frame(OTHER, HOST, 200 + i));
    }
    assertEquals(2, uplink.poll());
    assertTrue(uplink.arm(), "frames are left, the worker must not sleep");
    assertEquals(0, uplink.poll());
    guest.buffers = 1;
    assertEquals(2, uplink.poll());
    nanos += 11_000_000;
    assertEquals(2, uplink.poll());
    assertEquals(List.of(100, 101), guest.got);
    assertEquals(List.of(200, 201, 202), other.got);
    assertEquals(1, guest.dropped);
    assertFalse(uplink.arm());
  }

  @Test
  void aRuntIsDroppedAndWhatFollowsComes() {
    tap.waiting.add(new byte[12 + 13]);
    tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100));
    assertEquals(2, uplink.poll());
    assertEquals(List.of(100), guest.got);
  }

  @Test
  void aHostThatTakesNoFramesHarmsNobody() {
    tap.takes = false;
    assertEquals(1, send(guestNumber, VnetHeader.PLAIN, frame(HOST, GUEST, 70)));
    assertEquals(List.of(70), other.got);
  }

  @Test
  void anUplinkThatLeavesForgetsTheHost() {
    tap.arrives(VnetHeader.PLAIN, frame(GUEST, HOST, 100));
    uplink.poll();
    uplink.left();
    send(guestNumber, VnetHeader.PLAIN, frame(HOST, GUEST, 70));
    assertEquals(0, tap.sent.size());
    assertEquals(List.of(70), other.got);
  }

  @Test
  void theTapWakesTheWorker() {
    assertEquals(42, uplink.wakeDescriptor());
    assertEquals(fabric.group(), uplink.group());
  }
}
