package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Footprint;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.DriverRing;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.SplitRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What brought other back-ends down, one test or more for each report: Mooring survives it, says
 * one line, keeps no descriptor and no mapping, and a clean frame passes afterwards.
 */
final class OthersBugsTest extends BadPortTest {

  private static final int HEADER = 12;
  private static final int FLOOD = 5000;

  /** Says something that ends the connection with one line. */
  private static void assertEnds(
      String why, long features, long protocolFeatures, BadFrontEndsTest.Nonsense nonsense)
      throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(features, protocolFeatures)) {
      nonsense.say(frontEnd);
      BadPort.awaitEnd(frontEnd);
    }
    bad.assertOneComplaint(why);
  }

  /** Offers one chain to the running transmit queue, and its connection ends with one line. */
  private static void assertChainEnds(String why, Chain chain) throws IOException {
    try (NetPort guest = Lab.connect(bad.socket())) {
      chain.offer(guest, guest.transmitQueue().ring());
      guest.transmitQueue().kick();
      BadPort.awaitEnd(guest.frontEnd());
    }
    bad.assertOneComplaint(why);
  }

  /** Puts what it likes into a ring. */
  @FunctionalInterface
  private interface Chain {
    void offer(NetPort guest, DriverRing ring);
  }

  private static long end(NetPort guest) {
    GuestRam.Block last = guest.frontEnd().ram().blocks().getLast();
    return last.region().guestAddress() + last.region().size();
  }

  @Test
  void aBufferThatRunsPastItsRegionEndsTheConnectionCve20181059() throws IOException {
    assertChainEnds(
        "queue 1",
        (guest, ring) -> {
          ring.add(new long[] {end(guest) - 64}, new int[] {1500}, 1, 1, false);
          ring.publish();
        });
  }

  @Test
  void aTableThatRunsPastItsRegionEndsTheConnectionCve20181059() throws IOException {
    assertChainEnds(
        "queue 1",
        (guest, ring) -> {
          int bytes = 4 * SplitRing.DESCRIPTOR_BYTES;
          ring.memory().descriptor(0, end(guest) - bytes / 2, bytes, SplitRing.INDIRECT, 0);
          ring.memory().tableEntry(end(guest) - bytes / 2, 0, end(guest) - 256, 64, 1, 3);
          ring.memory().availableEntry(0, 0);
          ring.memory().availableIndex(1);
        });
  }

  @Test
  void aRingThatRunsPastItsRegionEndsTheConnectionCve20181059() throws IOException {
    assertEnds(
        "queue 0",
        0,
        0,
        frontEnd -> {
          frontEnd.share(GuestRam.of(Lab.OS, 1, 1 << 20));
          long end = frontEnd.ram().user(GuestRam.FIRST) + (1 << 20);
          startQueue(frontEnd, 256, end - 4096 + 16, end - 8192, end - 16_384);
        });
  }

  /** The guest's own regions follow each other, their mappings do not. */
  @Test
  void aFrameOverTwoRegionsArrivesWholeCve20181059() {
    try (NetPort guest = Lab.connect(bad.socket())) {
      GuestRam ram = guest.frontEnd().ram();
      long border = ram.blocks().get(1).region().guestAddress();
      byte[] saved = ram.read(border - 1024, 2048);
      byte[] frame = bad.frame();
      ram.write(border - 700 - HEADER, new byte[HEADER]);
      ram.write(border - 700, frame);
      guest
          .transmitQueue()
          .ring()
          .add(new long[] {border - 700 - HEADER}, new int[] {HEADER + frame.length}, 1, 1, false);
      guest.transmitQueue().flush();
      bad.assertArrives(frame);
      ram.write(border - 1024, saved);
    }
    bad.assertNoComplaint();
  }

  private static void startQueue(
      FrontEnd frontEnd, int size, long descriptors, long used, long available) throws IOException {
    BadPort.send(frontEnd, Request.SET_VRING_NUM, 0, size);
    ByteBuffer rings = Client.payload(40).putInt(0).putInt(0);
    rings.putLong(descriptors).putLong(used).putLong(available).putLong(0).flip();
    BadPort.send(frontEnd, Request.SET_VRING_ADDR, rings);
    BadPort.send(frontEnd, Request.SET_VRING_KICK, Client.u64(0), Lab.OS.eventfd());
    BadPort.send(frontEnd, Request.SET_VRING_ENABLE, 0, 1);
  }

  @Test
  void aFloodOfSizesAndDescriptorsKeepsOnlyTheLastCve201914818() throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(0, ProtocolFeature.REPLY_ACK.mask())) {
      for (int i = 0; i < FLOOD; i++) {
        BadPort.send(frontEnd, Request.SET_VRING_NUM, i % 2, 1 << i % 16);
        BadPort.send(frontEnd, Request.SET_VRING_CALL, Client.u64(i % 2), Lab.OS.eventfd());
        BadPort.send(frontEnd, Request.SET_VRING_ERR, Client.u64(i % 2), Lab.OS.eventfd());
        BadPort.send(frontEnd, Request.SET_VRING_KICK, Client.u64(i % 2), Lab.OS.eventfd());
      }
      frontEnd.client().tell(Request.SET_OWNER, Client.payload(0));
      int more =
          Footprint.of(bad.mooring().pid()).descriptors().size()
              - bad.before().descriptors().size();
      assertTrue(more < 20, () -> "descriptors more than before: " + more);
    }
    bad.assertNoComplaint();
  }

  @Test
  void aLogThatOverflowsEndsTheConnectionCve202010722() throws IOException {
    long[][] places = {
      {-4096, 8192}, {4096, -4096}, {Long.MAX_VALUE, 4096}, {4096, Long.MAX_VALUE}, {0, 0}, {1, -1}
    };
    for (long[] place : places) {
      ByteBuffer payload = Client.payload(16).putLong(place[0]).putLong(place[1]).flip();
      assertEnds(
          "SET_LOG_BASE",
          0,
          ProtocolFeature.LOG_SHMFD.mask(),
          each -> BadPort.send(each, Request.SET_LOG_BASE, payload, Lab.OS.memfd("log", 1 << 20)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SET_VRING_NUM",
        "SET_VRING_BASE",
        "GET_VRING_BASE",
        "SET_VRING_ENABLE",
        "SET_VRING_ADDR",
        "SET_VRING_KICK",
        "SET_VRING_CALL",
        "SET_VRING_ERR"
      })
  void aQueueBeyondTheArrayEndsTheConnectionCve202010723(Request request) throws IOException {
    boolean descriptor =
        request == Request.SET_VRING_KICK
            || request == Request.SET_VRING_CALL
            || request == Request.SET_VRING_ERR;
    int bytes = request == Request.SET_VRING_ADDR ? 40 : 8;
    for (int index : new int[] {255, 65_536, Integer.MAX_VALUE, -1}) {
      ByteBuffer payload = Client.payload(bytes).putInt(index).position(bytes).flip();
      int[] descriptors = descriptor ? new int[] {Lab.OS.eventfd()} : new int[0];
      assertEnds(request.name(), 0, 0, each -> BadPort.send(each, request, payload, descriptors));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -4096, 0x7fff_ffff_f000L})
  void ringsWhereNothingIsMappedEndTheConnectionCve202010725(long address) throws IOException {
    assertEnds(
        "queue 0",
        0,
        0,
        frontEnd -> {
          frontEnd.share(GuestRam.of(Lab.OS, 1, 1 << 20));
          startQueue(frontEnd, 256, address, address, address);
        });
  }

  @Test
  void memoryTakenFromUnderRunningRingsEndsTheConnectionCve202010725() throws IOException {
    try (NetPort guest = Lab.connect(bad.socket())) {
      ByteBuffer table = Client.payload(40).putInt(1).putInt(0);
      table.putLong(0).putLong(4096).putLong(0).putLong(0).flip();
      int elsewhere = Lab.OS.memfd("elsewhere", 4096);
      BadPort.send(guest.frontEnd(), Request.SET_MEM_TABLE, table, elsewhere);
      BadPort.awaitEnd(guest.frontEnd());
    }
    bad.assertOneComplaint("queue");
  }

  @Test
  void descriptorsOfAMalformedMessageAreClosedCve202010726AndCve20220669() throws IOException {
    for (Request request : Request.values()) {
      for (int bytes : new int[] {7, Message.MAX_PAYLOAD}) {
        assertEnds(
            "request " + request.number(),
            0,
            0,
            each -> BadPort.send(each, request, Client.payload(bytes), eightFiles()));
      }
    }
  }

  private static int[] eightFiles() throws IOException {
    int[] files = new int[Message.MAX_DESCRIPTORS];
    for (int i = 0; i < files.length; i++) {
      files[i] = Lab.OS.memfd("unwanted", 4096);
    }
    return files;
  }

  @Test
  void aChainOfLengthsBeyondEveryBoundEndsTheConnectionCve202014374To14378() throws IOException {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertChainEnds(
          "queue 1",
          (guest, ring) -> {
            ring.add(new long[] {GuestRam.FIRST}, new int[] {length}, 1, 1, false);
            ring.publish();
          });
    }
  }

  @Test
  void aChainInALoopEndsTheConnectionCve202014374To14378() throws IOException {
    assertChainEnds(
        "queue 1",
        (guest, ring) -> {
          ring.memory().descriptor(0, GuestRam.FIRST, 64, SplitRing.NEXT, 1);
          ring.memory().descriptor(1, GuestRam.FIRST, 64, SplitRing.NEXT, 0);
          ring.memory().availableEntry(0, 0);
          ring.memory().availableIndex(1);
        });
  }

  /** What was checked is not what is read again: another processor changes it all the while. */
  @Test
  void chainsThatChangeWhileTheyAreReadHurtNobodyCve202014374To14378() throws Exception {
    for (int round = 0; round < 10; round++) {
      try (NetPort guest = Lab.connect(bad.socket())) {
        changeWhileRead(guest, round);
      }
    }
    assertTrue(bad.mooring().alive());
  }

  private static void changeWhileRead(NetPort guest, int round) throws InterruptedException {
    SplitRing ring = guest.transmitQueue().ring().memory();
    var going = new AtomicBoolean(true);
    Thread changer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; going.get(); i++) {
                long address = i % 7 == round % 7 ? -1 : GuestRam.FIRST + i % 4096;
                int length = i % 5 == round % 5 ? Integer.MAX_VALUE : 64 + i % 1000;
                ring.descriptor(i % ring.size(), address, length, i % 8, i % ring.size() + 1);
              }
            });
    for (int i = 0; i < 2000; i++) {
      ring.availableEntry(i % ring.size(), i % ring.size());
      ring.availableIndex(i + 1);
      guest.transmitQueue().kick();
    }
    going.set(false);
    changer.join();
  }

  @Test
  void anInflightBufferOutOfBoundsEndsTheConnectionCve20213839() throws IOException {
    int[][] counts = {{0, 256}, {2, 0}, {0xffff, 256}, {2, 0xffff}, {0xffff, 0xffff}, {2, 256}};
    for (int[] count : counts) {
      ByteBuffer payload = Client.payload(24).putLong(4096).putLong(0);
      payload.putShort((short) count[0]).putShort((short) count[1]).putInt(0).flip();
      assertEnds(
          "SET_INFLIGHT_FD",
          0,
          ProtocolFeature.INFLIGHT_SHMFD.mask(),
          each ->
              BadPort.send(each, Request.SET_INFLIGHT_FD, payload, Lab.OS.memfd("inflight", 4096)));
    }
  }

  @Test
  void chainsShorterThanTheHeaderAreCountedAndDroppedCve20222132() throws IOException {
    long before = bad.mooring().counter("bad", "from_guest_dropped_malformed");
    try (NetPort guest = Lab.connect(bad.socket())) {
      for (int length = 1; length < HEADER + 14; length++) {
        DriverRing ring = guest.transmitQueue().ring();
        ring.add(new long[] {GuestRam.FIRST}, new int[] {length}, 1, 1, false);
      }
      guest.transmitQueue().flush();
      bad.assertPasses(guest);
      long dropped = bad.mooring().counter("bad", "from_guest_dropped_malformed") - before;
      assertEquals(HEADER + 13, dropped);
    }
    bad.assertNoComplaint();
  }

  @Test
  void aHeaderOfADescriptorAByteIsReadAsOneCve20222132() {
    try (NetPort guest = Lab.connect(bad.socket())) {
      byte[] frame = bad.frame();
      long buffer = guest.frontEnd().ram().allocate(HEADER + frame.length, 64);
      guest.frontEnd().ram().write(buffer + HEADER, frame);
      long[] addresses = new long[HEADER + 1];
      int[] lengths = new int[HEADER + 1];
      for (int i = 0; i <= HEADER; i++) {
        addresses[i] = buffer + i;
        lengths[i] = i < HEADER ? 1 : frame.length;
      }
      guest.transmitQueue().ring().add(addresses, lengths, HEADER + 1, HEADER + 1, false);
      guest.transmitQueue().flush();
      bad.assertArrives(frame);
    }
    bad.assertNoComplaint();
  }

  @Test
  void moreInFlightThanTheRingHoldsEndsTheConnectionCve20165403() throws IOException {
    assertChainEnds(
        "queue 1", (guest, ring) -> ring.memory().availableIndex(ring.memory().size() + 1));
  }
}
