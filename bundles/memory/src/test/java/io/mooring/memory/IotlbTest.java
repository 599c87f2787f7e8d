package io.mooring.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What the front-end says of its IOMMU, and what a device's address means then. */
class IotlbTest {

  private static final int BOTH = Iotlb.READ | Iotlb.WRITE;
  private static final long USER = 0x7f00_0000_0000L;
  private static final long HOST = 0x6000_0000_0000L;
  private static final long SIZE = 0x1_0000;

  /** Adjacent for the front-end, and apart for the guest and in this process. */
  private final MemoryTable regions =
      new MemoryTable(
          List.of(region(0, USER, HOST), region(2 * SIZE, USER + SIZE, HOST + 4 * SIZE)));

  private static MappedRegion region(long guest, long user, long host) {
    return new MappedRegion(new Region(guest, SIZE, user, 0), MemorySegment.NULL, host, -1);
  }

  private MemoryTable behind(Iotlb iotlb) {
    return regions.withIotlb(iotlb, (iova, permissions) -> {});
  }

  @Test
  void anAddressIsTranslatedWithItsPermissions() {
    MemoryTable table = behind(Iotlb.EMPTY.with(new Iotlb.Entry(0x5000, 0x1000, USER, Iotlb.READ)));
    assertTrue(table.translated());
    assertEquals(HOST + 0x10, table.ringToHost(0x5010, 0xff0, Iotlb.READ));
    assertEquals(MemoryTable.NONE, table.ringToHost(0x5010, 0xff1, Iotlb.READ));
    assertEquals(MemoryTable.NONE, table.ringToHost(0x5010, -1, Iotlb.READ));
    assertEquals(MemoryTable.NONE, table.ringToHost(0x5010, 1, Iotlb.WRITE));
    assertEquals(-1, table.extent(0x4fff, Iotlb.READ));
    assertEquals(-1, table.extent(0x6000, Iotlb.READ));
  }

  @Test
  void withoutAnIommuAnAddressIsTheGuestsOwn() {
    assertFalse(regions.translated());
    assertEquals(HOST, regions.extentHost(regions.extent(5, BOTH)));
    assertEquals(HOST + 5, regions.ringToHost(USER + 5, 10, BOTH));
  }

  @Test
  void neighboursThatAreInOnePieceHereAreOneExtent() {
    Iotlb iotlb =
        Iotlb.EMPTY
            .with(new Iotlb.Entry(0x6000, 0x1000, USER + 0x1000, BOTH))
            .with(new Iotlb.Entry(0x5000, 0x1000, USER, BOTH))
            .with(new Iotlb.Entry(0x7000, 0x1000, USER + 0x2000, Iotlb.READ));
    MemoryTable table = behind(iotlb);
    assertEquals(0x2000, table.extentSize(table.extent(0x6fff, BOTH)));
    assertEquals(0x1000, table.extentSize(table.extent(0x7000, Iotlb.READ)));
  }

  @Test
  void aMappingMayCrossRegionsAndEndsWhereMemoryEnds() {
    Iotlb iotlb = Iotlb.EMPTY.with(new Iotlb.Entry(0, 3 * SIZE, USER, BOTH));
    MemoryTable table = behind(iotlb);
    assertEquals(HOST, table.extentHost(table.extent(SIZE - 1, BOTH)));
    assertEquals(HOST + 4 * SIZE, table.extentHost(table.extent(SIZE, BOTH)));
    assertEquals(-1, table.extent(2 * SIZE, BOTH), "no memory is there");
  }

  @Test
  void aMissIsTold() {
    List<String> told = new ArrayList<>();
    regions.missing(1, 1);
    regions
        .withIotlb(Iotlb.EMPTY, (iova, permissions) -> told.add(iova + " " + permissions))
        .missing(0x5000, Iotlb.WRITE);
    assertEquals(List.of("20480 2"), told);
  }

  @Test
  void anEntryThatIsEmptyOrWrapsIsRefused() {
    long[][] bad = {{0, 0, 0}, {0, -1, 0}, {-4096, 8192, 0}, {0, 8192, -4096}, {5, 1L << 63, 0}};
    for (long[] each : bad) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Iotlb.Entry(each[0], each[1], each[2], BOTH))
              .getMessage();
      assertTrue(message.endsWith("is empty or wraps"), message);
    }
    new Iotlb.Entry(-4096, 4096, -4096, BOTH);
  }

  @Test
  void anInvalidationOfSizeNoneAtNoneIsOfEverything() {
    Iotlb full =
        Iotlb.EMPTY
            .with(new Iotlb.Entry(0, 1, USER, BOTH))
            .with(new Iotlb.Entry(-4096, 4096, USER, BOTH));
    assertEquals(List.of(), full.without(0, 0).entries());
    assertEquals(1, full.without(1, -1).entries().size());
    assertEquals(2, full.without(1, 4096).entries().size());
  }

  @Test
  void thereIsABoundAndTheNewestIsIn() {
    Iotlb iotlb = Iotlb.EMPTY;
    for (int i = 0; i < 3 * Iotlb.MOST; i++) {
      long iova = (i * 7919L % 10007) * 4096;
      iotlb = iotlb.with(new Iotlb.Entry(iova, 4096, USER, BOTH));
      assertTrue(iotlb.entries().size() <= Iotlb.MOST);
      assertTrue(behind(iotlb).extent(iova, BOTH) >= 0, "entry " + i);
    }
  }

  @Test
  void neighboursThatAreToldOneByOneAreAllThere() {
    Iotlb iotlb = Iotlb.EMPTY;
    for (int i = 0; i < Iotlb.MOST; i++) {
      iotlb = iotlb.with(new Iotlb.Entry(i * 8192L, 4096, USER, BOTH));
    }
    for (long first : new long[] {4096, Iotlb.MOST * 4096L, Iotlb.MOST * 8192L}) {
      for (int i = 0; i < 64; i++) {
        iotlb = iotlb.with(new Iotlb.Entry(first + i * 8192L, 4096, USER, BOTH));
      }
      for (int i = 0; i < 64; i++) {
        assertTrue(behind(iotlb).extent(first + i * 8192L, BOTH) >= 0, "entry " + i);
      }
    }
  }

  @Property(tries = 300)
  void updatesAndInvalidationsAreAsInAModel(@ForAll long seed) {
    var random = new Random(seed);
    // High addresses too: they are unsigned.
    long base = random.nextBoolean() ? 0 : -64L;
    Iotlb iotlb = Iotlb.EMPTY;
    Iotlb.Entry[] model = new Iotlb.Entry[64];
    for (int step = 0; step < 60; step++) {
      int from = random.nextInt(64);
      int size = 1 + random.nextInt(64 - from);
      Iotlb.Entry entry = new Iotlb.Entry(base + from, size, USER + random.nextInt(99), BOTH);
      for (int i = from; i < from + size; i++) {
        forget(model, model[i]);
      }
      if (random.nextInt(3) == 0) {
        iotlb = iotlb.without(base + from, size);
      } else {
        iotlb = iotlb.with(entry);
        for (int i = from; i < from + size; i++) {
          model[i] = entry;
        }
      }
      MemoryTable table = behind(iotlb);
      for (int i = 0; i < 64; i++) {
        long expected =
            model[i] == null
                ? MemoryTable.NONE
                : HOST + model[i].userAddress() - USER + (base + i - model[i].iova());
        assertEquals(expected, table.ringToHost(base + i, 1, BOTH), "address " + (base + i));
      }
    }
  }

  private static void forget(Iotlb.Entry[] model, Iotlb.Entry gone) {
    for (int i = 0; i < model.length && gone != null; i++) {
      if (gone.equals(model[i])) {
        model[i] = null;
      }
    }
  }
}
