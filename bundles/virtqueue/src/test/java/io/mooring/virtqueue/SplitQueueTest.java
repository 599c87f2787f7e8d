package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import org.junit.jupiter.api.Test;

/**
 * A driver that keeps the rules gets every chain back, in order, with the length that the device
 * wrote.
 */
class SplitQueueTest {

  private final Chains chains = new Chains(64);

  @Test
  void aChainOfThreeBuffersIsTakenAndUsed() {
    try (Guest guest = new Guest(8)) {
      Virtqueue queue = guest.open();
      guest.descriptor(5, Guest.GUEST + 0x1a0000, 12, Guest.NEXT, 2);
      guest.descriptor(2, Guest.GUEST + 0x1a1000, 60, Guest.NEXT, 7);
      guest.descriptor(7, Guest.GUEST + 0x1a2000, 2048, Guest.WRITE, 0);
      guest.offer(0, 5);

      assertEquals(1, queue.take(chains, 64));
      assertEquals(3, chains.first[1]);
      assertEquals(2, chains.readable[0]);
      assertEquals(72, chains.readableBytes[0]);
      assertEquals(2048, chains.writableBytes[0]);
      assertEquals(guest.host(Guest.GUEST + 0x1a1000), chains.address[1]);

      chains.written[0] = 99;
      queue.publish(chains, 1);
      assertEquals(1, guest.usedIndex());
      assertEquals(5, guest.usedHead(0));
      assertEquals(99, guest.usedLength(0));
      assertEquals(1, queue.base());
    }
  }

  @Test
  void aBufferThatCrossesRegionsBecomesTwoSegments() {
    try (Guest guest = new Guest(4)) {
      Virtqueue queue = guest.open();
      guest.descriptor(0, Guest.GUEST + Guest.REGION - 100, 300, 0, 0);
      guest.offer(0, 0);
      assertEquals(1, queue.take(chains, 64));
      assertEquals(2, chains.first[1]);
      assertEquals(100, chains.length[0]);
      assertEquals(200, chains.length[1]);
      assertEquals(guest.host(Guest.GUEST + Guest.REGION), chains.address[1]);
    }
  }

  @Test
  void buffersWithoutBytesAreWorkTooAndEndABurst() {
    try (Guest guest = new Guest(4096)) {
      Virtqueue queue = guest.open();
      for (int i = 0; i < 4096; i++) {
        guest.descriptor(i, Guest.GUEST + 0x1a0000, 0, i < 4095 ? Guest.NEXT : 0, i + 1);
      }
      for (int i = 0; i < 64; i++) {
        guest.offer(i, 0);
      }
      assertEquals(1, queue.take(chains, 64));
      assertEquals(0, chains.first[1]);
      assertEquals(0, chains.readableBytes[0]);
    }
  }

  @Test
  void anIndirectTableIsReadAcrossRegions() {
    try (Guest guest = new Guest(4, RingFeature.INDIRECT_DESC)) {
      Virtqueue queue = guest.open();
      long table = Guest.GUEST + Guest.REGION - 16;
      guest.descriptorAt(table, Guest.GUEST + 0x1a0000, 10, Guest.NEXT, 1);
      guest.descriptorAt(table + 16, Guest.GUEST + 0x1b0000, 20, Guest.WRITE, 0);
      guest.descriptor(1, table, 32, Guest.INDIRECT, 0);
      guest.offer(0, 1);
      assertEquals(1, queue.take(chains, 64));
      assertEquals(10, chains.readableBytes[0]);
      assertEquals(20, chains.writableBytes[0]);
      assertEquals(1, chains.head[0]);
    }
  }

  @Test
  void whatIsNotPublishedIsTakenAgain() {
    try (Guest guest = new Guest(8)) {
      Virtqueue queue = guest.open();
      for (int i = 0; i < 5; i++) {
        guest.descriptor(i, Guest.GUEST + 0x1a0000 + 0x1000L * i, 64, 0, 0);
        guest.offer(i, i);
      }
      assertEquals(5, queue.take(chains, 64));
      queue.publish(chains, 2);
      assertEquals(2, queue.base());
      assertEquals(3, queue.take(chains, 64));
      assertEquals(2, chains.head[0]);
    }
  }

  @Test
  void aQueueGoesOnFromItsBaseOverTheWrapOfTheIndex() {
    try (Guest guest = new Guest(8)) {
      Virtqueue queue = guest.open(65534);
      guest.descriptor(0, Guest.GUEST + 0x1a0000, 64, 0, 0);
      for (int i = 65534; i < 65534 + 4; i++) {
        guest.offer(i, 0);
      }
      assertEquals(4, queue.take(chains, 64));
      queue.publish(chains, 4);
      assertEquals(2, queue.base());
      assertFalse(queue.available());
    }
  }

  @Test
  void aDriverThatKnowsTheOrderGetsOneEntryForABurstThatItWrote() {
    try (Guest guest = new Guest(8, RingFeature.IN_ORDER)) {
      Virtqueue queue = guest.open();
      for (int i = 0; i < 5; i++) {
        guest.descriptor(i, Guest.GUEST + 0x1a0000, 64, i < 3 ? 0 : Guest.WRITE, 0);
        guest.offer(i, i);
      }
      assertEquals(3, queue.take(chains, 3));
      queue.publish(chains, 3);
      assertEquals(3, guest.usedIndex());
      assertEquals(2, guest.usedHead(0), "the last head of the burst");

      assertEquals(2, queue.take(chains, 64));
      chains.written[0] = 7;
      queue.publish(chains, 2);
      assertEquals(3, guest.usedHead(3));
      assertEquals(7, guest.usedLength(3), "a length is told for each");
      assertEquals(4, guest.usedHead(4));
    }
  }

  @Test
  void withoutEventIndicesTheFlagDecidesAboutCalls() {
    try (Guest guest = new Guest(8)) {
      Virtqueue queue = guest.open();
      guest.descriptor(0, Guest.GUEST + 0x1a0000, 64, 0, 0);
      guest.interruptFlag(1);
      guest.offer(0, 0);
      queue.take(chains, 64);
      queue.publish(chains, 1);
      assertFalse(guest.called());
      guest.interruptFlag(0);
      guest.offer(1, 0);
      queue.take(chains, 64);
      queue.publish(chains, 1);
      assertTrue(guest.called());
    }
  }

  @Test
  void withEventIndicesTheDriverIsCalledWhenItsEventIsPassed() {
    try (Guest guest = new Guest(8, RingFeature.EVENT_IDX)) {
      Virtqueue queue = guest.open();
      guest.descriptor(0, Guest.GUEST + 0x1a0000, 64, 0, 0);
      guest.usedEvent(2);
      for (int i = 0; i < 4; i++) {
        guest.offer(i, 0);
        queue.take(chains, 64);
        queue.publish(chains, 1);
        assertEquals(i == 2, guest.called(), "after used index " + (i + 1));
      }
    }
  }

  @Test
  void anArmedQueueAsksForTheNextKickAndSeesWhatIsThere() {
    try (Guest flags = new Guest(8);
        Guest events = new Guest(8, RingFeature.EVENT_IDX)) {
      Virtqueue queue = flags.open();
      assertEquals(0, flags.notifyFlag(), "nobody has taken the ring over yet");
      queue.disarm();
      assertEquals(1, flags.notifyFlag(), "a polled queue wants no kicks");
      assertFalse(queue.arm());
      assertEquals(0, flags.notifyFlag());
      flags.offer(0, 0);
      assertTrue(queue.arm());
      queue.disarm();
      assertEquals(1, flags.notifyFlag());

      Virtqueue other = events.open(7);
      events.availableIndex(7);
      assertFalse(other.arm());
      assertEquals(7, events.availableEvent());
    }
  }

  @Test
  void aSizeOrAddressThatIsNotAllowedIsRefused() {
    try (Guest guest = new Guest(6)) {
      assertEquals(
          "queue 3: size 6 is not a power of two from 1 to 32768",
          assertThrows(QueueException.class, guest::open).getMessage());
    }
    try (Guest guest = new Guest(8)) {
      assertEquals(
          "queue 3: used ring at 0x7f00001ffff0 of 68 bytes is not in one memory region",
          refusal(guest, Guest.USER + Guest.REGION - 16));
      assertEquals(
          "queue 3: used ring at 0x7f00000a0002 is not aligned to 4",
          refusal(guest, Guest.USER + 0xa0002));
    }
  }

  private static String refusal(Guest guest, long used) {
    var setup = new QueueSetup(3, 8, Guest.USER, Guest.USER + 0x80000, used, 0, guest.features, -1);
    var engine = new RingEngine(guest.os);
    return assertThrows(QueueException.class, () -> engine.open(setup, guest.table())).getMessage();
  }
}
