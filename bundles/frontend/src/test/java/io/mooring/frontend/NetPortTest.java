package io.mooring.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Exchange.Outcome;
import io.mooring.frontend.NetOptions.Shape;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guest's network driver against a plain back-end: what is sent arrives, and faults are found.
 */
final class NetPortTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Os os = new LinuxOs();
  private final ModelBackEnd one = new ModelBackEnd(os, ModelBackEnd.FEATURES);
  private final ModelBackEnd other = new ModelBackEnd(os, ModelBackEnd.FEATURES);

  private NetPort connect(ModelBackEnd backEnd, NetOptions options) throws IOException {
    return NetPort.bringUp(os, FrontEnd.over(os, backEnd, SECOND), options);
  }

  /** Moves frames while the cable works in this same thread. */
  private static List<Outcome> exchange(
      NetPort from, NetPort to, ModelCable cable, long frames, int longest) {
    Exchange exchange =
        new Exchange(
            from,
            to,
            frames,
            number -> TestFrame.MIN_BYTES + (int) (number * 37 % (longest - 59)),
            longest);
    for (int turn = 0; turn < frames; turn++) {
      exchange.turn();
      cable.carry();
    }
    return exchange.outcomes();
  }

  static Stream<NetOptions> guests() {
    NetOptions small = NetOptions.modern().ringSize(16);
    long version1 = RingFeature.VERSION_1.mask();
    return Stream.of(
        small,
        small.shape(Shape.HEADER_APART),
        small.shape(Shape.INDIRECT),
        small.shape(Shape.SCATTERED),
        small.features(version1),
        small.features(NetFeature.MRG_RXBUF.mask()),
        small.protocolFeatures(0),
        small.memory(7, 1 << 16),
        NetOptions.legacy().ringSize(16));
  }

  @ParameterizedTest
  @MethodSource("guests")
  void everyFrameArrivesWhateverTheGuest(NetOptions guest) throws IOException {
    try (NetPort left = connect(one, guest);
        NetPort right = connect(other, guest)) {
      List<Outcome> outcomes = exchange(left, right, ModelCable.good(one, other), 400, 1514);
      for (Outcome each : outcomes) {
        assertEquals(200, each.received());
        assertTrue(each.clean(), each::toString);
      }
      assertEquals(200, left.sentFrames());
      assertEquals(outcomes.getFirst().bytes(), right.receivedBytes());
    }
  }

  @Test
  void framesLongerThanABufferAreMerged() throws IOException {
    NetOptions guest = NetOptions.modern().ringSize(16).bufferBytes(256);
    NetOptions giant = NetOptions.modern().ringSize(16).bufferBytes(2048);
    try (NetPort left = connect(one, giant);
        NetPort right = connect(other, guest)) {
      ModelCable cable = ModelCable.good(one, other);
      byte[] frame = new byte[1500];
      for (int i = 0; i < frame.length; i++) {
        frame[i] = (byte) (i * 7);
      }
      for (int i = 0; i < 50; i++) {
        assertTrue(left.send(VnetHeader.PLAIN, frame));
        cable.carry();
        NetPort.Received received = right.receive(SECOND).orElseThrow();
        assertEquals(6, received.header().buffers());
        assertEquals(ByteBuffer.wrap(frame), received.frame());
      }
    }
  }

  @Test
  void aFrameOfEachFaultIsFound() throws IOException {
    ModelCable.Fault faults =
        (number, frame) ->
            switch ((int) number) {
              case 10 -> List.of();
              case 20 -> List.of(frame, frame);
              case 30 -> {
                frame[50] ^= 1;
                yield List.of(frame);
              }
              default -> List.of(frame);
            };
    NetOptions guest = NetOptions.modern().ringSize(64);
    try (NetPort left = connect(one, guest);
        NetPort right = connect(other, guest)) {
      List<Outcome> outcomes = exchange(left, right, new ModelCable(one, other, faults), 100, 200);
      Outcome there = outcomes.getFirst();
      assertEquals(2, there.lost(), there::toString);
      assertEquals(1, there.duplicated());
      assertEquals(1, there.corrupted());
      assertFalse(there.clean());
      assertTrue(outcomes.getLast().clean());
    }
  }

  @Test
  void aStoppedQueueGoesOnWhereItWas() throws IOException {
    NetOptions guest = NetOptions.modern().ringSize(16);
    try (NetPort left = connect(one, guest);
        NetPort right = connect(other, guest)) {
      ModelCable cable = ModelCable.good(one, other);
      for (int round = 0; round < 5; round++) {
        assertTrue(left.send(VnetHeader.PLAIN, new byte[60 + round]));
        cable.carry();
        right.restart();
        left.restart();
        NetPort.Received received = right.receive(SECOND).orElseThrow();
        assertEquals(60 + round, received.frame().remaining());
      }
    }
  }

  @Test
  void aDisabledQueueIsLeftAlone() throws IOException {
    NetOptions guest = NetOptions.modern().ringSize(16);
    try (NetPort left = connect(one, guest);
        NetPort right = connect(other, guest)) {
      ModelCable cable = ModelCable.good(one, other);
      right.enable(false);
      assertTrue(left.send(VnetHeader.PLAIN, new byte[60]));
      cable.carry();
      assertTrue(right.receive(Duration.ofMillis(20)).isEmpty());
      right.enable(true);
      cable.carry();
      assertTrue(right.receive(SECOND).isPresent());
    }
  }

  @Test
  void memoryComesAndGoesWhileTheGuestRuns() throws IOException {
    try (NetPort port = connect(one, NetOptions.modern().ringSize(16))) {
      assertEquals(2, one.regions());
      Region region = new Region(0x8000_0000L, 0x4000, 0x1234_0000L, 0x2000);
      GuestRam.Block block = port.frontEnd().plug(region);
      assertEquals(3, one.regions());
      port.frontEnd().unplug(block);
      assertEquals(2, one.regions());
      assertTrue(one.heard().contains(Request.ADD_MEM_REG));
    }
  }

  @Test
  void aBackEndOfFewFeaturesIsTakenAsItIs() throws IOException {
    ModelBackEnd old = new ModelBackEnd(os, 0);
    try (NetPort port = connect(old, NetOptions.modern().ringSize(16))) {
      assertEquals(0, port.frontEnd().features());
      assertFalse(old.heard().contains(Request.GET_PROTOCOL_FEATURES));
      assertFalse(old.heard().contains(Request.SET_VRING_ENABLE));
      assertTrue(old.heard().contains(Request.SET_MEM_TABLE));
    }
  }

  @Test
  void theDeviceStatusIsToldWhereItIsFollowed() throws IOException {
    try (NetPort port = connect(one, NetOptions.modern().ringSize(16))) {
      assertEquals(ModelBackEnd.PROTOCOL, port.frontEnd().protocolFeatures());
      assertTrue(one.acknowledges());
      assertEquals(15, one.status());
    }
  }
}
