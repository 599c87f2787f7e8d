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
  void aMissEndsTheBurstBeforeItsChainAndIsToldOnce() {
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
      assertEquals(2, asked.size(), "once for each table");
      queue.memory(table(guest, first.with(entry(BUFFER + 4096, 4096, Iotlb.WRITE))));
      assertEquals(2, queue.take(chains, 64));
      assertEquals(1, queue.base());
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
