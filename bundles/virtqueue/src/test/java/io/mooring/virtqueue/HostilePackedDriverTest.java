package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.Virtqueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The same for a packed ring. */
class HostilePackedDriverTest {

  private static final long BUFFER = Guest.GUEST + 0x1a0000;
  private static final int OFFERED = PackedSlots.AVAILABLE;

  private final Chains chains = new Chains(64);

  private static Guest packed(int size) {
    return new Guest(size, RingFeature.RING_PACKED, RingFeature.INDIRECT_DESC);
  }

  private String refusal(Guest guest) {
    Virtqueue queue = guest.open();
    return assertThrows(QueueException.class, () -> queue.take(chains, 64)).getMessage();
  }

  @Test
  void aListWithoutEnd() {
    try (Guest guest = packed(3)) {
      var slots = new PackedSlots(guest);
      for (int i = 0; i < 3; i++) {
        slots.put(i, BUFFER, 1, 0, OFFERED | Guest.NEXT);
      }
      assertEquals("queue 3: chain at descriptor 0 is longer than the ring of 3", refusal(guest));
    }
  }

  @Test
  void aListThatRunsIntoAnother() {
    try (Guest guest = packed(3)) {
      var slots = new PackedSlots(guest);
      slots.put(0, BUFFER, 1, 0, OFFERED);
      slots.put(1, BUFFER, 1, 0, OFFERED | Guest.NEXT);
      slots.put(2, BUFFER, 1, 0, OFFERED | Guest.NEXT);
      assertEquals("queue 3: chain at descriptor 1 is longer than the ring of 3", refusal(guest));
    }
  }

  @Test
  void moreChainsThanTheRingHolds() {
    try (Guest guest = packed(4)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      for (int i = 0; i < 4; i++) {
        slots.put(i, BUFFER, 1, i, OFFERED);
      }
      assertEquals(4, queue.take(chains, 64));
      // The driver takes back what is in flight and offers it again.
      for (int i = 0; i < 4; i++) {
        slots.put(i, BUFFER, 1, i, i % 2 == 0 ? OFFERED : PackedSlots.USED);
      }
      assertTrue(queue.take(chains, 64) <= 4);
    }
  }

  @Test
  void flagsThatNoLapHas() {
    try (Guest guest = packed(4)) {
      Virtqueue queue = guest.open();
      for (int flags : new int[] {0, PackedSlots.USED, PackedSlots.USED | OFFERED}) {
        new PackedSlots(guest).put(0, BUFFER, 1, 0, flags);
        assertEquals(0, queue.take(chains, 64), "flags " + flags);
      }
    }
  }

  @Test
  void indirectTablesOfEveryBadShape() {
    try (Guest guest = packed(4)) {
      var slots = new PackedSlots(guest);
      for (int bytes : new int[] {0, 15, 17, 16 * 1025, -16, Integer.MIN_VALUE}) {
        slots.put(0, BUFFER, bytes, 0, OFFERED | Guest.INDIRECT);
        assertTrue(refusal(guest).startsWith("queue 3: indirect table of "), "" + bytes);
      }
      slots.put(0, BUFFER, 16, 0, OFFERED | Guest.INDIRECT | Guest.NEXT);
      assertTrue(refusal(guest).endsWith("in a list of descriptors"));
      slots.put(0, BUFFER, 16, 0, OFFERED | Guest.NEXT);
      slots.put(1, BUFFER, 16, 0, OFFERED | Guest.INDIRECT);
      assertTrue(refusal(guest).endsWith("in a list of descriptors"));
      slots.put(0, Guest.END - 16, 32, 0, OFFERED | Guest.INDIRECT);
      assertTrue(refusal(guest).endsWith("is not in one piece of guest memory"));
      slots.put(0, Guest.GUEST + Guest.REGION - 8, 16, 0, OFFERED | Guest.INDIRECT);
      assertTrue(refusal(guest).endsWith("is not in one piece of guest memory"));
      slots.put(0, -16, 32, 0, OFFERED | Guest.INDIRECT);
      assertTrue(refusal(guest).contains("0xfffffffffffffff0"));
    }
  }

  @Test
  void anIndirectTableThatWasNotNegotiated() {
    try (Guest guest = new Guest(4, RingFeature.RING_PACKED)) {
      new PackedSlots(guest).put(0, BUFFER, 16, 0, OFFERED | Guest.INDIRECT);
      assertTrue(refusal(guest).endsWith("that was not negotiated"));
    }
  }

  @Test
  void anEventBeyondTheRingDisturbsNothing() {
    try (Guest guest = new Guest(4, RingFeature.RING_PACKED, RingFeature.EVENT_IDX)) {
      Virtqueue queue = guest.open();
      var slots = new PackedSlots(guest);
      int mark = OFFERED;
      for (int i = 0; i < 40; i++) {
        slots.driverEvent(0x7fff - i, i % 2, i % 4);
        slots.put(i % 4, BUFFER, 1, i, mark);
        assertEquals(1, queue.take(chains, 64));
        queue.publish(chains, 1);
        mark ^= i % 4 == 3 ? OFFERED | PackedSlots.USED : 0;
      }
    }
  }

  @Property(tries = 100)
  void randomRingsNeverGiveAnAddressOutsideMemory(@ForAll long seed) {
    var random = new Random(seed);
    try (Guest guest = packed(1 + random.nextInt(40))) {
      for (int i = 0; i < 20; i++) {
        randomRing(guest, random);
      }
    }
  }

  private void randomRing(Guest guest, Random random) {
    var slots = new PackedSlots(guest);
    for (int i = 0; i < guest.size; i++) {
      int mark = random.nextInt(8) == 0 ? random.nextInt(65536) : OFFERED;
      randomDescriptor(slots, random, Guest.GUEST + 16L * i, mark);
      randomDescriptor(slots, random, BUFFER + 16L * i, 0);
    }
    Virtqueue queue = guest.open();
    try {
      for (int i = 0; i < 4; i++) {
        int taken = queue.take(chains, 64);
        for (int segment = 0; segment < chains.first[taken]; segment++) {
          assertTrue(
              guest.holds(chains.address[segment], chains.length[segment]), "segment " + segment);
        }
        queue.publish(chains, random.nextInt(taken + 1));
      }
    } catch (QueueException refused) {
      assertTrue(refused.getMessage().startsWith("queue 3: "), refused.getMessage());
    }
  }

  private static void randomDescriptor(PackedSlots slots, Random random, long where, int mark) {
    long address =
        switch (random.nextInt(8)) {
          case 0 -> random.nextLong();
          case 1 -> Guest.END - random.nextInt(64);
          case 2 -> Guest.GUEST - random.nextInt(64);
          default -> BUFFER + random.nextInt(0x40000);
        };
    int length = random.nextInt(10) == 0 ? random.nextInt() : 16 * random.nextInt(20);
    slots.putAt(where, address, length, random.nextInt(65536), mark | random.nextInt(8));
  }
}
