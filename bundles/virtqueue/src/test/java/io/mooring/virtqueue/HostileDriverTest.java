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

/**
 * Whatever a driver writes, the queue gives checked chains or one line that says what was wrong.
 */
class HostileDriverTest {

  private static final long BUFFER = Guest.GUEST + 0x1a0000;

  private final Chains chains = new Chains(64);

  private String refusal(Guest guest, int heads) {
    Virtqueue queue = guest.open();
    guest.availableIndex(heads);
    return assertThrows(QueueException.class, () -> queue.take(chains, 64)).getMessage();
  }

  @Test
  void anIndexFartherAheadThanTheRing() {
    try (Guest guest = new Guest(8)) {
      assertEquals("queue 3: available index is 9 ahead, the ring has 8", refusal(guest, 9));
    }
  }

  @Test
  void aHeadBeyondTheTable() {
    try (Guest guest = new Guest(8)) {
      guest.offer(0, 8);
      assertEquals("queue 3: descriptor index 8, the ring has 8", refusal(guest, 1));
    }
  }

  @Test
  void aNextBeyondTheTable() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, BUFFER, 1, Guest.NEXT, 65535);
      assertEquals("queue 3: descriptor index 65535, the ring has 8", refusal(guest, 1));
    }
  }

  @Test
  void aLoop() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, BUFFER, 1, Guest.NEXT, 1);
      guest.descriptor(1, BUFFER, 1, Guest.NEXT, 0);
      assertEquals("queue 3: chain 0 is longer than the ring of 8", refusal(guest, 1));
    }
  }

  @Test
  void aReadableBufferAfterAWritableOne() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, BUFFER, 1, Guest.WRITE | Guest.NEXT, 1);
      guest.descriptor(1, BUFFER, 1, 0, 0);
      assertEquals("queue 3: readable buffer after a writable one", refusal(guest, 1));
    }
  }

  @Test
  void aBufferThatEndsOutsideMemory() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, Guest.GUEST + 2 * Guest.REGION - 10, 11, 0, 0);
      assertTrue(refusal(guest, 1).endsWith("of 11 bytes is not in guest memory"));
    }
  }

  @Test
  void aBufferWhoseAddressWraps() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, -4, 100, 0, 0);
      assertTrue(refusal(guest, 1).contains("0xfffffffffffffffc"));
    }
  }

  @Test
  void aLengthBeyondTwoGigabytes() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, BUFFER, -1, 0, 0);
      assertEquals("queue 3: buffer length 4294967295 is above 2147483647", refusal(guest, 1));
    }
  }

  @Test
  void anIndirectTableThatWasNotNegotiated() {
    try (Guest guest = new Guest(8)) {
      guest.descriptor(0, BUFFER, 16, Guest.INDIRECT, 0);
      assertTrue(refusal(guest, 1).endsWith("that was not negotiated"));
    }
  }

  @Test
  void anIndirectTableOfOddSize() {
    try (Guest guest = new Guest(8, RingFeature.INDIRECT_DESC)) {
      for (int bytes : new int[] {0, 15, 17, 16 * 1025, -16}) {
        guest.descriptor(0, BUFFER, bytes, Guest.INDIRECT, 0);
        assertTrue(refusal(guest, 1).startsWith("queue 3: indirect table of "), "" + bytes);
      }
    }
  }

  @Test
  void anIndirectTableInAnIndirectTableOrInALoop() {
    try (Guest guest = new Guest(8, RingFeature.INDIRECT_DESC)) {
      guest.descriptor(0, BUFFER, 16, Guest.INDIRECT, 0);
      guest.descriptorAt(BUFFER, BUFFER, 16, Guest.INDIRECT, 0);
      assertTrue(refusal(guest, 1).endsWith("in an indirect table"));
      guest.descriptorAt(BUFFER, BUFFER, 16, Guest.NEXT, 0);
      assertTrue(refusal(guest, 1).endsWith("has a loop"));
      guest.descriptor(0, BUFFER, 32, Guest.INDIRECT, 0);
      guest.descriptorAt(BUFFER, BUFFER, 16, Guest.NEXT, 2);
      assertTrue(refusal(guest, 1).endsWith("indirect descriptor index 2, the table has 2"));
    }
  }

  @Property(tries = 100)
  void randomRingsNeverGiveAnAddressOutsideMemory(@ForAll long seed) {
    var random = new Random(seed);
    try (Guest guest = new Guest(1 << random.nextInt(6), RingFeature.INDIRECT_DESC)) {
      for (int i = 0; i < 20; i++) {
        randomRing(guest, random);
      }
    }
  }

  private void randomRing(Guest guest, Random random) {
    int size = guest.size;
    for (int i = 0; i < size; i++) {
      randomDescriptor(guest, random, Guest.GUEST + 16L * i, size);
      guest.offer(i, random.nextInt(20) == 0 ? random.nextInt(65536) : random.nextInt(size));
      randomDescriptor(guest, random, BUFFER + 16L * i, size);
    }
    guest.availableIndex(random.nextInt(size + 2));
    Virtqueue queue = guest.open();
    try {
      queue.take(chains, 64);
    } catch (QueueException refused) {
      assertTrue(refused.getMessage().startsWith("queue 3: "), refused.getMessage());
      return;
    }
    for (int i = 0; i < chains.first[chains.count]; i++) {
      assertTrue(guest.holds(chains.address[i], chains.length[i]), "segment " + i);
    }
  }

  private static void randomDescriptor(Guest guest, Random random, long where, int size) {
    long address =
        switch (random.nextInt(8)) {
          case 0 -> random.nextLong();
          case 1 -> Guest.GUEST + 2 * Guest.REGION - random.nextInt(64);
          case 2 -> Guest.GUEST - random.nextInt(64);
          default -> BUFFER + random.nextInt(0x40000);
        };
    int length = random.nextInt(10) == 0 ? random.nextInt() : 16 * random.nextInt(20);
    guest.descriptorAt(where, address, length, random.nextInt(8), random.nextInt(size + 1));
  }
}
