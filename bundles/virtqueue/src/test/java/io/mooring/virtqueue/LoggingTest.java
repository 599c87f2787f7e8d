package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.memory.DirtyLog;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.virtqueue.Driver.Buffer;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.Test;

/** During a migration every page that was written is marked, and no page that was not. */
class LoggingTest {

  private static final int PAGE = DirtyLog.PAGE;
  private static final long BUFFER = Guest.BUFFERS + 0x10_0000;

  /** The last page of memory. */
  private static final long LAST = Guest.END - PAGE;

  /**
   * After the last page comes the first: the second region's end and the first one's start are
   * neighbours in this process.
   */
  private static final Iotlb WRAPPED =
      Iotlb.EMPTY
          .with(entry(Guest.GUEST, Guest.GUEST, Guest.REGION))
          .with(entry(BUFFER, LAST, PAGE))
          .with(entry(BUFFER + PAGE, Guest.GUEST, PAGE));

  private final Arena arena = Arena.ofAuto();
  private final long bytes = Guest.END / PAGE / Byte.SIZE + Long.BYTES;
  private final long bitmap = arena.allocate(bytes, 4).address();
  private final DirtyLog log = new DirtyLog(bitmap, bytes);
  private final TreeSet<Long> written = new TreeSet<>();
  private final Chains chains = new Chains(64);

  @AfterTry
  void stopListening() {
    MemoryProbe.ignore();
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void everyPageThatWasWrittenIsMarked(
      @ForAll long seed, @ForAll boolean iommu, @ForAll("features") List<RingFeature> features) {
    var random = new Random(seed);
    // Rings within a page, and of many pages.
    int size = random.nextBoolean() ? 2 << random.nextInt(7) : 4096;
    Guest guest = new Guest(size, features.toArray(RingFeature[]::new));
    guest.table(guest.table().withLog(log));
    guest.logUsedRing();
    MemoryProbe.listen(
        new MemoryProbe.Listener() {
          @Override
          public void write(long address, int count) {
            noteWritten(guest.physicalOfHost(address), count);
          }
        });
    try (var both = new Conversation(random, guest, each -> ProbedEngine.of(each.os))) {
      both.onUse((buffers, count) -> writeTo(guest, buffers, count));
      if (iommu) {
        both.translate();
      }
      for (int i = 0; i < 2000; i++) {
        both.step();
        compare();
      }
    }
  }

  @Provide
  Arbitrary<List<RingFeature>> features() {
    return Arbitraries.of(
            RingFeature.INDIRECT_DESC,
            RingFeature.EVENT_IDX,
            RingFeature.RING_PACKED,
            RingFeature.IN_ORDER)
        .list()
        .uniqueElements();
  }

  private void noteWritten(long physical, long count) {
    for (long page = physical / PAGE; page <= (physical + count - 1) / PAGE; page++) {
      written.add(page);
    }
  }

  /** The device wrote the first bytes of what it may write. */
  private void writeTo(Guest guest, List<Buffer> buffers, int count) {
    int left = count;
    for (Buffer buffer : buffers) {
      if (buffer.writable()) {
        for (int i = 0; i < buffer.length() && left > 0; i++, left--) {
          written.add(guest.physical(buffer.address() + i) / PAGE);
        }
      }
    }
  }

  /** The front-end copies the pages, and clears the log. */
  private void compare() {
    LongPredicate ring = page -> page * PAGE < Guest.BUFFERS;
    Set<Long> marked = marked();
    TreeSet<Long> missing = new TreeSet<>(written);
    missing.removeAll(marked);
    assertEquals(new TreeSet<>(), missing, "pages that were written and are not marked");
    // In order one used entry may stand for many, and all of them are marked.
    marked.removeAll(written);
    marked.removeIf(ring::test);
    assertEquals(new TreeSet<>(), marked, "pages that are marked and were not written");
    written.clear();
    HostMemory.clear(bitmap, bytes);
  }

  private Set<Long> marked() {
    TreeSet<Long> pages = new TreeSet<>();
    for (long i = 0; i < bytes; i += Long.BYTES) {
      long bits = HostMemory.getLong(bitmap + i);
      for (; bits != 0; bits &= bits - 1) {
        pages.add(Byte.SIZE * i + Long.numberOfTrailingZeros(bits));
      }
    }
    return pages;
  }

  @Test
  void theUsedRingIsLoggedWhereTheFrontEndSays() {
    try (Guest guest = new Guest(8)) {
      long elsewhere = 0x7_0000;
      use(guest, elsewhere, guest.table().withLog(log));
      assertEquals(new TreeSet<>(List.of(elsewhere / PAGE, BUFFER / PAGE)), marked());
    }
  }

  @Test
  void theUsedRingIsNotLoggedWhenTheFrontEndSaysSo() {
    try (Guest guest = new Guest(8)) {
      use(guest, QueueSetup.NO_LOG, guest.table().withLog(log));
      assertEquals(new TreeSet<>(List.of(BUFFER / PAGE)), marked());
    }
  }

  @Test
  void withoutALogNothingIsMarked() {
    try (Guest guest = new Guest(8)) {
      use(guest, Guest.GUEST + Guest.USED, guest.table());
      assertEquals(new TreeSet<>(), marked());
    }
  }

  private void use(Guest guest, long usedLog, MemoryTable table) {
    QueueSetup plain = guest.setup(0);
    var setup =
        new QueueSetup(
            3,
            8,
            plain.descriptors(),
            plain.available(),
            plain.used(),
            usedLog,
            0,
            guest.features,
            -1,
            plain.inflight());
    Virtqueue queue = guest.engine().open(setup, table);
    publish(guest, queue, BUFFER, 100, 100);
  }

  private void publish(Guest guest, Virtqueue queue, long buffer, int length, int count) {
    guest.descriptor(0, buffer, length, Guest.WRITE, 0);
    guest.offer(0, 0);
    queue.take(chains, 1);
    chains.written[0] = count;
    queue.publish(chains, 1);
  }

  @Test
  void onlyTheBytesThatTheDeviceWroteAreMarked() {
    try (Guest guest = new Guest(8)) {
      guest.table(guest.table().withLog(log));
      publish(guest, guest.open(), BUFFER, 4 * PAGE, PAGE + 1);
      assertEquals(new TreeSet<>(List.of(BUFFER / PAGE, BUFFER / PAGE + 1)), marked());
    }
  }

  @Test
  void aSegmentInTwoRegionsThatAreAdjacentOnlyHereIsMarkedInBoth() {
    try (Guest guest = new Guest(8)) {
      MemoryTable table = guest.table().withIotlb(WRAPPED, (iova, permissions) -> {}).withLog(log);
      QueueSetup setup =
          new QueueSetup(
              3,
              8,
              Guest.GUEST + Guest.DESCRIPTORS,
              Guest.GUEST + Guest.AVAILABLE,
              Guest.GUEST + Guest.USED,
              0,
              guest.features,
              -1);
      Virtqueue queue = guest.engine().open(setup, table);
      publish(guest, queue, BUFFER, 2 * PAGE, 2 * PAGE);
      assertEquals(1, chains.first[1], "one segment");
      assertEquals(new TreeSet<>(List.of(LAST / PAGE, Guest.GUEST / PAGE)), marked());
    }
  }

  @Test
  void aUsedRingInTwoRegionsThatAreAdjacentOnlyHereIsMarkedInBoth() {
    try (Guest guest = new Guest(8)) {
      // The index is the last of one region, the first entry the first of the other.
      long used = BUFFER + PAGE - 4;
      var setup =
          new QueueSetup(
              3,
              8,
              Guest.GUEST + Guest.DESCRIPTORS,
              Guest.GUEST + Guest.AVAILABLE,
              used,
              used,
              0,
              guest.features,
              -1,
              guest.inflight());
      MemoryTable table = guest.table().withIotlb(WRAPPED, (iova, permissions) -> {}).withLog(log);
      long buffer = Guest.BUFFERS;
      publish(guest, guest.engine().open(setup, table), buffer, 100, 100);
      assertEquals(
          new TreeSet<>(List.of(LAST / PAGE, Guest.GUEST / PAGE, buffer / PAGE)), marked());
    }
  }

  private static Iotlb.Entry entry(long iova, long physical, long size) {
    return new Iotlb.Entry(
        iova, size, physical - Guest.GUEST + Guest.USER, Iotlb.READ | Iotlb.WRITE);
  }
}
