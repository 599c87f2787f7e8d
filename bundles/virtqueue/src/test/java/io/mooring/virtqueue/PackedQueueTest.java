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

/** A driver that keeps the rules of the packed ring, in its first laps. */
class PackedQueueTest {

  private static final long BUFFER = Guest.GUEST + 0x1a0000;
  private static final int MARKS = PackedSlots.AVAILABLE | PackedSlots.USED;

  private final Chains chains = new Chains(64);

  private static Guest packed(int size, RingFeature... more) {
    RingFeature[] all = new RingFeature[more.length + 1];
    all[0] = RingFeature.RING_PACKED;
    System.arraycopy(more, 0, all, 1, more.length);
    return new Guest(size, all);
  }

  @Test
  void aListIsTakenWhenItsFirstDescriptorIsThereAndUsedThere() {
    try (Guest guest = packed(5)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      slots.put(1, BUFFER + 0x1000, 60, 0, PackedSlots.AVAILABLE | Guest.NEXT);
      slots.put(2, BUFFER + 0x2000, 2048, 77, PackedSlots.AVAILABLE | Guest.WRITE);
      assertFalse(queue.available());
      assertEquals(0, queue.take(chains, 64));
      slots.put(0, BUFFER, 12, 0, PackedSlots.AVAILABLE | Guest.NEXT);

      assertTrue(queue.available());
      assertEquals(1, queue.take(chains, 64));
      assertEquals(77, chains.head[0]);
      assertEquals(3, chains.slots[0]);
      assertEquals(3, chains.first[1]);
      assertEquals(2, chains.readable[0]);
      assertEquals(72, chains.readableBytes[0]);
      assertEquals(2048, chains.writableBytes[0]);
      assertEquals(guest.host(BUFFER + 0x1000), chains.address[1]);

      chains.written[0] = 99;
      queue.publish(chains, 1);
      assertEquals(77, slots.id(0));
      assertEquals(99, slots.length(0));
      assertEquals(MARKS | Guest.WRITE, slots.flags(0));
      assertEquals(PackedSlots.AVAILABLE | Guest.NEXT, slots.flags(1), "is left alone");
      assertEquals(0x8003_8003, queue.base());
    }
  }

  @Test
  void theNextLapHasTheOtherWrapCounter() {
    try (Guest guest = packed(3)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      for (int lap = 0; lap < 4; lap++) {
        boolean first = lap % 2 == 0;
        for (int i = 0; i < 3; i++) {
          slots.put(i, BUFFER, 10, i, first ? PackedSlots.AVAILABLE : PackedSlots.USED);
        }
        assertEquals(3, queue.take(chains, 64), "a lap and no more");
        queue.publish(chains, 3);
        assertEquals(first ? 0 : 0x8000_8000, queue.base());
        assertEquals(first ? MARKS : 0, slots.flags(2));
      }
    }
  }

  @Test
  void aQueueGoesOnFromItsBase() {
    try (Guest guest = packed(4)) {
      var slots = new PackedSlots(guest);
      slots.put(3, BUFFER, 10, 1, PackedSlots.USED);
      slots.put(0, BUFFER, 10, 2, PackedSlots.AVAILABLE);
      for (int base : new int[] {3, 0x0003_0003}) {
        Virtqueue queue = guest.open(base);
        assertEquals(2, queue.take(chains, 64), "base " + base);
        assertEquals(0x0003_0003, queue.base());
      }
      Virtqueue behind = guest.open(0x0002_0003);
      assertEquals(2, behind.take(chains, 64));
      behind.publish(chains, 2);
      assertEquals(1, slots.id(2), "used where the used half says");
      assertEquals(0x8000_8001, behind.base());
    }
  }

  @Test
  void aPackedIndirectTableIsReadInItsOrderAndOnlyTheWriteFlagCounts() {
    try (Guest guest = packed(4, RingFeature.INDIRECT_DESC)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      long table = Guest.GUEST + Guest.REGION - 16;
      slots.putAt(table, BUFFER, 10, 9, Guest.INDIRECT | PackedSlots.USED);
      slots.putAt(table + 16, BUFFER + 0x1000, 20, 9, Guest.WRITE | Guest.NEXT);
      slots.put(0, table, 32, 5, PackedSlots.AVAILABLE | Guest.INDIRECT | Guest.WRITE);
      assertEquals(1, queue.take(chains, 64));
      assertEquals(5, chains.head[0]);
      assertEquals(1, chains.slots[0]);
      assertEquals(10, chains.readableBytes[0]);
      assertEquals(20, chains.writableBytes[0]);
    }
  }

  @Test
  void whatIsNotPublishedIsTakenAgain() {
    try (Guest guest = packed(8)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      for (int i = 0; i < 5; i++) {
        slots.put(i, BUFFER, 64, i, PackedSlots.AVAILABLE);
      }
      assertEquals(5, queue.take(chains, 64));
      queue.publish(chains, 2);
      assertEquals(3, queue.take(chains, 2) + queue.take(chains, 1));
      assertEquals(2, chains.head[0]);
    }
  }

  @Test
  void theFirstOfABurstBecomesVisibleLast() {
    try (Guest guest = packed(4)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      for (int i = 0; i < 4; i++) {
        slots.put(i, BUFFER, 64, i, PackedSlots.AVAILABLE);
      }
      queue.take(chains, 64);
      queue.publish(chains, 3);
      assertEquals(MARKS, slots.flags(0));
      assertEquals(MARKS, slots.flags(2));
      assertEquals(PackedSlots.AVAILABLE, slots.flags(3));
    }
  }

  @Test
  void aDriverThatKnowsTheOrderGetsOneDescriptorForABurstThatItWrote() {
    try (Guest guest = packed(4, RingFeature.IN_ORDER)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      slots.put(0, BUFFER, 64, 0, PackedSlots.AVAILABLE);
      slots.put(1, BUFFER, 64, 0, PackedSlots.AVAILABLE | Guest.NEXT);
      slots.put(2, BUFFER, 64, 1, PackedSlots.AVAILABLE);
      slots.put(3, BUFFER, 64, 3, PackedSlots.AVAILABLE | Guest.WRITE);
      assertEquals(2, queue.take(chains, 2));
      queue.publish(chains, 2);
      assertEquals(MARKS, slots.flags(0));
      assertEquals(1, slots.id(0), "the last id of the burst");
      assertEquals(PackedSlots.AVAILABLE | Guest.NEXT, slots.flags(1));

      assertEquals(1, queue.take(chains, 64));
      chains.written[0] = 7;
      queue.publish(chains, 1);
      assertEquals(MARKS | Guest.WRITE, slots.flags(3));
      assertEquals(7, slots.length(3));
    }
  }

  @Test
  void theDriverIsCalledAsItsEventAreaSays() {
    try (Guest guest = packed(4, RingFeature.EVENT_IDX)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      slots.driverEvent(0, 0, PackedSlots.DISABLE);
      assertFalse(use(guest, queue, 0, PackedSlots.AVAILABLE));
      slots.driverEvent(0, 0, PackedSlots.ENABLE);
      assertTrue(use(guest, queue, 1, PackedSlots.AVAILABLE));
      slots.driverEvent(3, 1, PackedSlots.AT_DESCRIPTOR);
      assertFalse(use(guest, queue, 2, PackedSlots.AVAILABLE));
      assertTrue(use(guest, queue, 3, PackedSlots.AVAILABLE));
      slots.driverEvent(0, 1, PackedSlots.AT_DESCRIPTOR);
      assertFalse(use(guest, queue, 0, PackedSlots.USED), "the wrap counter is another one");
      slots.driverEvent(1, 0, PackedSlots.AT_DESCRIPTOR);
      assertTrue(use(guest, queue, 1, PackedSlots.USED));
    }
  }

  @Test
  void withoutEventIndicesAnEventAtADescriptorIsTakenAsAlways() {
    try (Guest guest = packed(4)) {
      new PackedSlots(guest).driverEvent(3, 1, PackedSlots.AT_DESCRIPTOR);
      assertTrue(use(guest, guest.open(), 0, PackedSlots.AVAILABLE));
    }
  }

  private boolean use(Guest guest, Virtqueue queue, int slot, int mark) {
    new PackedSlots(guest).put(slot, BUFFER, 64, slot, mark);
    assertEquals(1, queue.take(chains, 64));
    queue.publish(chains, 1);
    return guest.called();
  }

  @Test
  void anArmedQueueAsksForTheNextKickAndSeesWhatIsThere() {
    try (Guest flags = packed(8);
        Guest events = packed(8, RingFeature.EVENT_IDX)) {
      Virtqueue queue = flags.open();
      var slots = new PackedSlots(flags);
      assertEquals(
          PackedSlots.ENABLE, slots.deviceEventFlags(), "nobody has taken the ring over yet");
      queue.disarm();
      assertEquals(PackedSlots.DISABLE, slots.deviceEventFlags(), "a polled queue wants no kicks");
      assertFalse(queue.arm());
      assertEquals(PackedSlots.ENABLE, slots.deviceEventFlags());
      slots.put(0, BUFFER, 1, 0, PackedSlots.AVAILABLE);
      assertTrue(queue.arm());
      queue.disarm();
      assertEquals(PackedSlots.DISABLE, slots.deviceEventFlags());

      assertFalse(events.open(0x8007_8007).arm());
      var other = new PackedSlots(events);
      assertEquals(PackedSlots.AT_DESCRIPTOR, other.deviceEventFlags());
      assertEquals(7, other.deviceEventOffset());
      assertEquals(1, other.deviceEventWrap());
    }
  }

  @Test
  void aSizeBaseOrAddressThatIsNotAllowedIsRefused() {
    try (Guest guest = packed(32769)) {
      assertEquals(
          "queue 3: size 32769 is not a number from 1 to 32768",
          assertThrows(QueueException.class, guest::open).getMessage());
    }
    try (Guest guest = packed(5)) {
      assertEquals(
          "queue 3: base 0x80058000 names descriptor 5, the ring has 5",
          assertThrows(QueueException.class, () -> guest.open(0x8005_8000)).getMessage());
      assertEquals(
          "queue 3: device event area at 0x7f00000a0002 is not aligned to 4",
          refusal(guest, Guest.USER + Guest.USED + 2));
      assertEquals(
          "queue 3: device event area at 0x7f0000400000 of 4 bytes is not in one memory region",
          refusal(guest, Guest.USER + 2 * Guest.REGION));
    }
  }

  private static String refusal(Guest guest, long event) {
    var setup =
        new QueueSetup(
            3,
            5,
            Guest.USER,
            Guest.USER + Guest.AVAILABLE,
            event,
            PackedSlots.BASE,
            guest.features,
            -1);
    var engine = new RingEngine(guest.os);
    return assertThrows(QueueException.class, () -> engine.open(setup, guest.table())).getMessage();
  }
}
