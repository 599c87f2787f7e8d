package io.mooring.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.linux.LinuxOs;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FileBackedMemoryTest {

  private static final long MIB = 1 << 20;

  private final Os os = new LinuxOs();
  private final GuestMemory memory = new FileBackedMemory(os);
  private int file;

  @BeforeEach
  void guestMemory() throws IOException {
    file = os.memfd("mooring-guest", 4 * MIB);
  }

  @AfterEach
  void closeGuestMemory() throws IOException {
    os.close(file);
    assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("mooring-guest"));
  }

  @Test
  void whatOneRegionWritesTheOtherReads() throws IOException {
    MappedRegion low = memory.map(new Region(0, MIB, 0x7f00_0000_0000L, 0), file);
    MappedRegion high = memory.map(new Region(1L << 32, 3 * MIB, 0x7f10_0000_0000L, MIB), file);
    MappedRegion all = memory.map(new Region(1L << 40, 4 * MIB, 0x7f20_0000_0000L, 0), file);

    HostMemory.putLong(low.hostAddress() + MIB - 8, 1);
    HostMemory.putLong(high.hostAddress(), 2);
    assertEquals(1, HostMemory.getLong(all.hostAddress() + MIB - 8));
    assertEquals(2, HostMemory.getLong(all.hostAddress() + MIB));
    List.of(low, high, all).forEach(memory::unmap);
  }

  @Test
  void aRegionMayStartInsideAPageOfItsFile() throws IOException {
    MappedRegion whole = memory.map(new Region(0, 4 * MIB, 0, 0), file);
    MappedRegion odd = memory.map(new Region(0x1000, 8192, 0x1000, 4096 + 24), file);
    HostMemory.putInt(odd.hostAddress(), 0xcafe);
    HostMemory.putInt(odd.hostAddress() + 8188, 0xbeef);
    assertEquals(0xcafe, HostMemory.getInt(whole.hostAddress() + 4096 + 24));
    assertEquals(0xbeef, HostMemory.getInt(whole.hostAddress() + 4096 + 24 + 8188));
    memory.unmap(whole);
    memory.unmap(odd);
  }

  @Test
  void aMappedRegionIsTranslatedByTheTable() throws IOException {
    MappedRegion region = memory.map(new Region(0x10_0000, MIB, 0x7f00_0000_0000L, MIB), file);
    MemoryTable table = new MemoryTable(List.of(region));
    assertEquals(region.hostAddress() + 5, table.guestToHost(0x10_0005, 10));
    assertEquals(region.hostAddress() + 5, table.userToHost(0x7f00_0000_0005L, 10));
    memory.unmap(region);
  }

  @Test
  void theRegionMayEndWithItsFileAndNoByteLater() throws IOException {
    memory.unmap(memory.map(new Region(0, MIB, 0, 3 * MIB), file));
    assertEquals(
        "region guest 0x0 size 0x100001 user 0x0 offset 0x300000: it ends at 0x400001, its file at"
            + " 0x400000",
        refusal(new Region(0, MIB + 1, 0, 3 * MIB)));
    assertTrue(refusal(new Region(0, MIB, 0, 3 * MIB + 1)).endsWith("its file at 0x400000"));
  }

  @Test
  void aSizeThatIsNotPositiveIsRefused() {
    for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
      assertTrue(
          refusal(new Region(0, bad, 0, 0)).endsWith("its size must be 1 to 0x7fffffffffffffff"));
    }
  }

  @Test
  void anAddressRangeThatWrapsIsRefused() {
    for (long bad : new long[] {-1, -MIB, -MIB + 1}) {
      assertTrue(
          refusal(new Region(bad, MIB, 0, 0))
              .endsWith("its guest address range must end below 2^64"));
      assertTrue(
          refusal(new Region(0, MIB, bad, 0))
              .endsWith("its user address range must end below 2^64"));
    }
  }

  @Test
  void addressesUpToTheTopAreTaken() throws IOException {
    memory.unmap(memory.map(new Region(-MIB - 1, MIB, Long.MIN_VALUE, 0), file));
  }

  @Test
  void anOffsetThatOverflowsIsRefused() {
    for (long bad : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - MIB + 1}) {
      assertTrue(
          refusal(new Region(0, MIB, 0, bad))
              .endsWith("its offset and size must stay below 0x7fffffffffffffff"));
    }
    assertTrue(refusal(new Region(0, MIB, 0, Long.MAX_VALUE - MIB)).contains("it ends at"));
  }

  @Test
  void onlyAFileIsMapped() throws IOException {
    int eventfd = os.eventfd();
    assertEquals(
        "region guest 0x0 size 0x1000 user 0x0 offset 0x0: its descriptor is EVENTFD, not FILE",
        assertThrows(IOException.class, () -> memory.map(new Region(0, 4096, 0, 0), eventfd))
            .getMessage());
    os.close(eventfd);
  }

  @Test
  void aTruncatedFileIsNoticed() throws IOException {
    MappedRegion region = memory.map(new Region(0, 2 * MIB, 0, MIB), file);
    assertTrue(memory.intact(region));
    truncate(3 * MIB);
    assertTrue(memory.intact(region));
    truncate(3 * MIB - 1);
    assertFalse(memory.intact(region));
    memory.unmap(region);
    assertFalse(memory.intact(new MappedRegion(region.region(), region.mapping(), 0, -1)));
  }

  @Test
  void mappingAndUnmappingLeavesNothing() throws IOException {
    int before = openDescriptors();
    for (int i = 0; i < 1000; i++) {
      memory.unmap(memory.map(new Region(0, MIB, 0, i * 16L), file));
    }
    assertEquals(before, openDescriptors());
    assertTrue(memory.slots() >= 32);
  }

  private void truncate(long size) throws IOException {
    try (var stream = new FileOutputStream("/proc/self/fd/" + file, true)) {
      stream.getChannel().truncate(size);
    }
  }

  private String refusal(Region region) {
    return assertThrows(IOException.class, () -> memory.map(region, file)).getMessage();
  }

  private static int openDescriptors() {
    String[] names = Path.of("/proc/self/fd").toFile().list();
    return names == null ? -1 : names.length;
  }
}
