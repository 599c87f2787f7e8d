package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.Virtqueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * A back-end is killed at any write, and the next one goes on from the inflight region: nothing is
 * lost and nothing is used twice.
 */
class InflightTest {

  private static final int STEPS = 2000;

  private final Chains chains = new Chains(64);

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void nothingIsLostOrUsedTwiceWhereverItIsKilled(
      @ForAll long seed, @ForAll("features") List<RingFeature> features, @ForAll boolean remapped) {
    try (var both = tracked(new Random(seed), features)) {
      if (remapped) {
        both.translate();
      }
      converse(both, new Random(seed));
    }
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void whatAnotherBackEndUsedOutOfOrderIsTakenInTheOrderOfItsCounters(
      @ForAll long seed, @ForAll("features") List<RingFeature> features) {
    List<RingFeature> anyOrder = new ArrayList<>(features);
    anyOrder.remove(RingFeature.IN_ORDER);
    try (var both = tracked(new Random(seed), anyOrder)) {
      precede(both, new Random(seed));
      converse(both, new Random(seed));
    }
  }

  /** Another make of back-end is there for a while, uses chains in any order, and is killed. */
  private static void precede(Conversation both, Random random) {
    Predecessor other = Predecessor.of(both.guest, both.base);
    int taken = 0;
    for (int i = random.nextInt(200); i > 0; i--) {
      if (taken > 0 && random.nextBoolean()) {
        int which = random.nextInt(taken);
        other.use(which);
        both.usedElsewhere(which, Predecessor.WRITTEN);
        taken--;
      } else if (taken < both.offered()) {
        other.take();
        taken++;
      } else {
        both.offer();
      }
    }
    both.reopen();
  }

  @Test
  void whatReturnsToTheRingIsNotInFlight() {
    try (Guest guest = new Guest(8)) {
      guest.track(8);
      Virtqueue queue = guest.open();
      offer(guest, 5);
      assertEquals(5, queue.take(chains, 64));
      assertEquals(List.of(0, 1, 2, 3, 4), inflight(guest));
      queue.publish(chains, 2);
      assertEquals(List.of(), inflight(guest), "the others returned");

      queue.take(chains, 2);
      queue.take(chains, 1);
      assertEquals(List.of(2), inflight(guest), "a device may take again without publishing");
      queue.publish(chains, 0);
      assertEquals(List.of(), inflight(guest));
    }
  }

  @Test
  void aRingThatTheDriverMadeAnewIsBegunAsItsBaseSays() {
    try (Guest guest = new Guest(8)) {
      guest.track(8);
      offer(guest, 5);
      guest.open().take(chains, 64);
      // The driver was reset, and the front-end keeps the region.
      guest.availableIndex(0);
      assertEquals(0, guest.open().take(chains, 64));
      assertEquals(List.of(), inflight(guest));
    }
  }

  @Test
  void aRegionThatIsTooSmallOrOfAnotherVersionIsRefused() {
    try (Guest guest = new Guest(8)) {
      guest.track(7);
      assertEquals(
          "queue 3: inflight region has room for 7 descriptors, the ring has 8",
          assertThrows(QueueException.class, guest::open).getMessage());
      guest.track(8);
      HostMemory.putShort(guest.inflight().address() + 8, 2);
      assertEquals(
          "queue 3: inflight region has version 2, below 2 is allowed",
          assertThrows(QueueException.class, guest::open).getMessage());
    }
  }

  @Test
  void aPackedChainThatIsSaidToHaveNoDescriptorsIsRefused() {
    try (Guest guest = new Guest(8, RingFeature.RING_PACKED)) {
      guest.track(8);
      guest.open();
      new PackedSlots(guest).put(0, Guest.GUEST + 0x1a0000, 60, 0, PackedSlots.AVAILABLE);
      guest.open().take(chains, 64);
      HostMemory.putShort(guest.inflight().address() + 32 + 6, 0);
      assertEquals(
          "queue 3: inflight region has a chain without descriptors, entry 0",
          assertThrows(QueueException.class, guest::open).getMessage());
    }
  }

  @Property(tries = 200)
  void aRegionOfNonsenseGivesNoAddressOutsideMemory(@ForAll long seed) {
    var random = new Random(seed);
    boolean packed = random.nextBoolean();
    RingFeature format = packed ? RingFeature.RING_PACKED : RingFeature.VERSION_1;
    try (Guest guest = new Guest(8, format, RingFeature.INDIRECT_DESC)) {
      guest.track(8);
      long region = guest.inflight().address();
      for (int round = 0; round < 20; round++) {
        scribble(random, region, packed ? 32 + 8 * 32 : 16 + 8 * 16);
        scribble(random, guest.host(Guest.GUEST), 8 * 16);
        offer(guest, random.nextInt(9));
        HostMemory.putShort(region + 8, 1);
        try {
          Virtqueue queue = guest.open();
          for (int i = 0; i < 3; i++) {
            int taken = queue.take(chains, 64);
            for (int segment = 0; segment < chains.first[taken]; segment++) {
              assertTrue(guest.holds(chains.address[segment], chains.length[segment]));
            }
            queue.publish(chains, random.nextInt(taken + 1));
          }
        } catch (QueueException refused) {
          assertTrue(refused.getMessage().startsWith("queue 3: "), refused.getMessage());
        }
      }
    }
  }

  /** Numbers that are often in range. */
  private static void scribble(Random random, long at, int bytes) {
    for (int i = 0; i < bytes; i += 2) {
      int value = random.nextInt(8) == 0 ? random.nextInt(65536) : random.nextInt(10);
      HostMemory.putShort(at + i, value);
    }
  }

  private static void offer(Guest guest, int count) {
    for (int i = 0; i < count; i++) {
      guest.descriptor(i, Guest.BUFFERS + 0x1000L * i, 64, 0, 0);
      guest.offer(i, i);
    }
  }

  private static List<Integer> inflight(Guest guest) {
    List<Integer> heads = new ArrayList<>();
    for (int i = 0; i < guest.size; i++) {
      if (HostMemory.getByte(guest.inflight().address() + 16 + 16L * i) != 0) {
        heads.add(i);
      }
    }
    return heads;
  }

  private static Conversation tracked(Random random, List<RingFeature> features) {
    boolean packed = features.contains(RingFeature.RING_PACKED);
    int size = packed ? 1 + random.nextInt(40) : 2 << random.nextInt(6);
    Guest guest = new Guest(size, features.toArray(RingFeature[]::new));
    guest.track(size + random.nextInt(3));
    return new Conversation(random, guest, each -> ProbedEngine.of(each.os));
  }

  private static void converse(Conversation both, Random random) {
    for (int i = 0; i < STEPS; i++) {
      if (random.nextInt(4) == 0) {
        both.serveUntil(random.nextInt(random.nextInt(300) + 1));
      } else {
        both.step();
      }
    }
    both.finish();
  }

  @Provide
  Arbitrary<List<RingFeature>> features() {
    return Arbitraries.of(
            RingFeature.INDIRECT_DESC,
            RingFeature.EVENT_IDX,
            RingFeature.IN_ORDER,
            RingFeature.RING_PACKED)
        .list()
        .uniqueElements();
  }
}
