package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
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

/** Behind an IOMMU chains wait for what is not mapped, and the front-end is asked for it. */
class IommuTest {

  private static final long BUFFER = Guest.BUFFERS;
  private static final long RING_BYTES = Guest.BUFFERS - Guest.GUEST;
  private static final int BOTH = Iotlb.READ | Iotlb.WRITE;

  private final Chains chains = new Chains(64);
  private final List<String> asked = new ArrayList<>();

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void chainsAreTakenAsFarAsTheyAreMapped(
      @ForAll long seed, @ForAll("features") List<RingFeature> features) {
    var random = new Random(seed);
    try (var both =
        new Conversation(random, 2 << random.nextInt(7), features.toArray(RingFeature[]::new))) {
      both.translate();
      for (int i = 0; i < 3000; i++) {
        both.step();
      }
      both.finish();
    }
  }

  @Provide
  Arbitrary<List<RingFeature>> features() {
    return Arbitraries.of(RingFeature.INDIRECT_DESC, RingFeature.EVENT_IDX, RingFeature.RING_PACKED)
        .list()
        .uniqueElements();
  }

  @Test
  void aMissEndsTheBurstBeforeItsChainAndIsToldOnce() throws InterruptedException {
    try (Guest guest = new Guest(8)) {
      Iotlb ring = Iotlb.EMPTY.with(ring());
      Iotlb first = ring.with(entry(BUFFER, 4096, BOTH));
      offer(guest, 0, BUFFER, 4096, 0);
      offer(guest, 1, BUFFER + 4000, 200, Guest.WRITE);
      offer(guest, 2, BUFFER, 1, 0);
      Virtqueue queue = open(guest, first);

      assertEquals(1, queue.take(chains, 64));
      assertEquals(List.of("0x40101000 2"), asked);
      assertTrue(queue.available(), "the first chain returns");
      queue.publish(chains, 0);
      assertEquals(1, queue.take(chains, 64));
      queue.publish(chains, 1);
      assertEquals(0, queue.take(chains, 64));
      assertFalse(queue.available());
      assertFalse(queue.arm(), "one may sleep until the table comes");
      assertEquals(0, queue.take(chains, 64));
      assertEquals(List.of("0x40101000 2"), asked, "the front-end is asked once");

      queue.memory(table(guest, first));
      assertTrue(queue.available());
      assertEquals(0, queue.take(chains, 64));
      assertEquals(1, asked.size(), "it is under way");
      Thread.sleep(20);
      queue.memory(table(guest, first));
      assertEquals(0, queue.take(chains, 64));
      assertEquals(2, asked.size(), "it seems to be lost");
      queue.memory(table(guest, first.with(entry(BUFFER + 4096, 4096, Iotlb.WRITE))));
      assertEquals(2, queue.take(chains, 64));
      assertEquals(1, queue.base());
    }
  }

  private static long page(int number) {
    return BUFFER + 4096L * number;
  }

  private static String asking(int number, int permissions) {
    return "0x%x %d".formatted(page(number), permissions);
  }

  @Test
  void whatTheNextChainsLackIsAskedForTogetherAndOnce() {
    try (Guest guest = new Guest(8)) {
      for (int i = 0; i < 4; i++) {
        offer(guest, i, page(i), 10, Guest.WRITE);
      }
      Iotlb known = Iotlb.EMPTY.with(ring()).with(entry(page(2), 4096, BOTH));
      Virtqueue queue = open(guest, known);
      assertEquals(0, queue.take(chains, 1));
      assertEquals(List.of(asking(0, 2), asking(1, 2), asking(3, 2)), asked);
      for (int i : new int[] {3, 0, 1}) {
        known = known.with(entry(page(i), 4096, BOTH));
        queue.memory(table(guest, known));
        queue.take(chains, 64);
      }
      assertEquals(4, chains.count);
      assertEquals(3, asked.size(), "each table lacked less");
      queue.memory(table(guest, known.without(page(0), 4096)));
      assertEquals(0, queue.take(chains, 64));
      assertEquals(asking(0, 2), asked.getLast(), "it was told and taken away");
    }
  }

  @Test
  void packedChainsAreLookedAtAsFarAsTheyAreOffered() {
    try (Guest guest = new Guest(8, RingFeature.RING_PACKED)) {
      var slots = new PackedSlots(guest);
      slots.put(0, page(0), 10, 0, PackedSlots.AVAILABLE | Guest.NEXT);
      slots.put(1, page(1), 10, 0, PackedSlots.AVAILABLE | Guest.WRITE);
      slots.put(2, page(2), 10, 1, PackedSlots.AVAILABLE | Guest.WRITE);
      slots.put(3, page(3), 10, 2, PackedSlots.USED);
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()));
      assertEquals(0, queue.take(chains, 1));
      assertEquals(List.of(asking(0, 1), asking(1, 2), asking(2, 2)), asked);
    }
  }

  @Test
  void noMoreIsAskedForAtATimeThanAQueueKeepsInMind() {
    try (Guest guest = new Guest(128)) {
      for (int i = 0; i < 128; i++) {
        guest.descriptor(i, page(i), 10, i < 99 ? Guest.NEXT : 0, i + 1);
      }
      guest.offer(0, 0);
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()));
      assertEquals(0, queue.take(chains, 1));
      assertEquals(AskedPages.MOST, asked.size());
      Iotlb known = Iotlb.EMPTY.with(ring()).with(entry(page(0), 64 * 4096, BOTH));
      queue.memory(table(guest, known));
      assertEquals(0, queue.take(chains, 1));
      assertEquals(100, asked.stream().distinct().count());
      queue.memory(table(guest, known.with(entry(page(64), 36 * 4096, BOTH))));
      assertEquals(1, queue.take(chains, 1));
      assertEquals(100, asked.size());
    }
  }

  @Test
  void whatIsTakenAgainAndAgainIsAskedForOnceUntilThereIsNews() throws InterruptedException {
    try (Guest guest = new Guest(8)) {
      offer(guest, 0, page(0), 10, Guest.WRITE);
      offer(guest, 1, page(1), 10, Guest.WRITE);
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()).with(entry(page(0), 4096, BOTH)));
      for (int i = 0; i < 3; i++) {
        assertEquals(1, queue.take(chains, 64));
        queue.publish(chains, 0);
        Thread.sleep(20);
      }
      assertEquals(List.of(asking(1, 2)), asked);
    }
  }

  @Test
  void allPagesOfABufferAreAskedForTogether() {
    try (Guest guest = new Guest(8)) {
      offer(guest, 0, page(0) + 4000, 3 * 4096, Guest.WRITE);
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()).with(entry(page(2), 4096, BOTH)));
      assertEquals(0, queue.take(chains, 1));
      assertEquals(List.of("0x%x 2".formatted(page(0) + 4000), asking(1, 2), asking(3, 2)), asked);
    }
  }

  /** Of a chain in very many pieces; another one behind it costs nobody anything. */
  @Test
  void whoMakesChainsLongIsLookedAtForShorter() {
    try (Guest guest = new Guest(8)) {
      for (int i = 0; i < 4; i++) {
        offer(guest, i, page(0), 64 * 4096, Guest.WRITE);
      }
      offer(guest, 4, page(200), 10, Guest.WRITE);
      Iotlb pieces = Iotlb.EMPTY.with(ring());
      for (int i = 1; i < 64; i++) {
        for (int part = 0; part < 16; part++) {
          // Backwards: no piece goes on where the one before ended.
          long user = page(i) - Guest.GUEST + Guest.USER + 256L * (15 - part);
          pieces = pieces.with(new Iotlb.Entry(page(i) + 256L * part, 256, user, BOTH));
        }
      }
      Virtqueue queue = open(guest, pieces);
      assertEquals(0, queue.take(chains, 64));
      assertEquals(List.of(asking(0, 2)), asked);
    }
  }

  @Test
  void chainsFarBehindAreNotLookedAt() {
    try (Guest guest = new Guest(128)) {
      for (int i = 0; i < 128; i++) {
        offer(guest, i, page(i), 10, Guest.WRITE);
      }
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()).with(entry(page(0), 4096, BOTH)));
      assertEquals(1, queue.take(chains, 64));
      assertEquals(33, asked.size());
    }
  }

  @Test
  void permissionsAreAskedForAsTheyAreNeeded() {
    try (Guest guest = new Guest(8)) {
      Iotlb readable = Iotlb.EMPTY.with(ring()).with(entry(BUFFER, 4096, Iotlb.READ));
      offer(guest, 0, BUFFER, 10, 0);
      offer(guest, 1, BUFFER, 10, Guest.WRITE);
      Virtqueue queue = open(guest, readable);
      assertEquals(1, queue.take(chains, 64));
      assertEquals(List.of("0x40100000 2"), asked);
    }
  }

  @Test
  void aTableThatIsMappedInPartIsAskedForFromThere() {
    try (Guest guest = new Guest(8, RingFeature.INDIRECT_DESC)) {
      long table = BUFFER + 4096 - 16;
      for (int i = 0; i < 2; i++) {
        guest.descriptorAt(table + 16L * i, BUFFER, 10, i == 0 ? Guest.NEXT : 0, 1);
      }
      offer(guest, 0, table, 32, Guest.INDIRECT);
      Virtqueue queue = open(guest, Iotlb.EMPTY.with(ring()).with(entry(BUFFER, 4096, Iotlb.READ)));
      assertEquals(0, queue.take(chains, 64));
      assertEquals(List.of("0x40101000 1"), asked);
    }
  }

  @Test
  void aRingThatIsNotMappedStartsWhenItIs() {
    for (RingFeature format : List.of(RingFeature.VERSION_1, RingFeature.RING_PACKED)) {
      try (Guest guest = new Guest(8, format)) {
        Virtqueue queue = open(guest, Iotlb.EMPTY);
        assertFalse(queue.available());
        assertFalse(queue.arm());
        queue.disarm();
        assertEquals(0, queue.take(chains, 64));
        assertFalse(asked.isEmpty());

        queue.memory(table(guest, Iotlb.EMPTY.with(entry(Guest.GUEST, RING_BYTES, Iotlb.READ))));
        assertTrue(asked.getLast().endsWith("2") || asked.getLast().endsWith("3"));
        queue.memory(table(guest, Iotlb.EMPTY.with(ring())));
        offer(guest, 0, BUFFER, 10, 0);
        new PackedSlots(guest).put(0, BUFFER, 10, 0, PackedSlots.AVAILABLE);
        assertTrue(queue.available());
        queue.memory(table(guest, Iotlb.EMPTY));
        assertFalse(queue.available(), "it was taken away");
      }
    }
  }

  @Test
  void aRingInPiecesIsRefused() {
    try (Guest guest = new Guest(1024)) {
      long half = RING_BYTES / 2;
      var upper = new Iotlb.Entry(Guest.GUEST + 8192, half - 8192, Guest.USER + Guest.REGION, BOTH);
      Iotlb pieces =
          Iotlb.EMPTY
              .with(entry(Guest.GUEST, 8192, BOTH))
              .with(upper)
              .with(entry(Guest.GUEST + half, half, BOTH));
      assertEquals(
          "queue 3: descriptor table at 0x40000000 of 16384 bytes is not in one memory region",
          assertThrows(QueueException.class, () -> open(guest, pieces)).getMessage());
    }
  }

  private static Iotlb.Entry ring() {
    return entry(Guest.GUEST, RING_BYTES, BOTH);
  }

  private static Iotlb.Entry entry(long iova, long size, int permissions) {
    return new Iotlb.Entry(iova, size, iova - Guest.GUEST + Guest.USER, permissions);
  }

  private MemoryTable table(Guest guest, Iotlb iotlb) {
    return guest
        .table()
        .withIotlb(iotlb, (iova, permissions) -> asked.add("0x%x %d".formatted(iova, permissions)));
  }

  private Virtqueue open(Guest guest, Iotlb iotlb) {
    var setup =
        new QueueSetup(
            3,
            guest.size,
            Guest.GUEST + Guest.DESCRIPTORS,
            Guest.GUEST + Guest.AVAILABLE,
            Guest.GUEST + Guest.USED,
            RingFeature.RING_PACKED.in(guest.features) ? PackedSlots.BASE : 0,
            guest.features | RingFeature.ACCESS_PLATFORM.mask(),
            -1);
    return guest.engine().open(setup, table(guest, iotlb));
  }

  private static void offer(Guest guest, int position, long address, int length, int flags) {
    guest.descriptor(position, address, length, flags, 0);
    guest.offer(position, position);
  }
}
