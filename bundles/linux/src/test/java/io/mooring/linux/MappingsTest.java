package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MappingsTest {

  private final Os os = new LinuxOs();

  @Test
  void twoMappingsOfAFileShareItsBytes() throws IOException {
    int file = os.memfd("guest", 8192);
    MemorySegment all = os.map(file, 0, 8192);
    MemorySegment second = os.map(file, 4096, 4096);
    all.set(ValueLayout.JAVA_BYTE, 4096 + 7, (byte) 42);
    assertEquals(42, second.get(ValueLayout.JAVA_BYTE, 7));
    os.unmap(all);
    os.unmap(second);
    os.close(file);
  }

  @Test
  void aMappingOutlivesItsDescriptorAndGoesWhenUnmapped() throws IOException {
    int file = os.memfd("mooring-mapped", 5000);
    MemorySegment mapping = os.map(file, 0, 5000);
    os.close(file);
    assertEquals(5000, mapping.byteSize());
    mapping.set(ValueLayout.JAVA_BYTE, 4999, (byte) 1);
    assertTrue(mapped("mooring-mapped"));

    os.unmap(mapping);
    assertFalse(mapped("mooring-mapped"));
  }

  @Test
  void memoryIsKeptOutOfCoreDumps() throws IOException {
    int file = os.memfd("mooring-core", 4096);
    MemorySegment mapping = os.map(file, 0, 4096);
    String smaps = Files.readString(Path.of("/proc/self/smaps"));
    String ours = smaps.substring(smaps.indexOf("mooring-core"));
    String flags = ours.substring(ours.indexOf("VmFlags:")).lines().findFirst().orElseThrow();
    assertTrue(flags.contains(" dd"), flags);
    os.unmap(mapping);
    os.close(file);
  }

  @Test
  void lengthsAndOffsetsThatCannotBeAreRefused() throws IOException {
    int file = os.memfd("guest", 8192);
    assertEquals(
        "map 0 bytes at 0 of descriptor %d: the length must be above 0".formatted(file),
        failure(file, 0, 0));
    assertEquals(
        "map 4096 bytes at 100 of descriptor %d: the offset must be a multiple of the page size 4096"
            .formatted(file),
        failure(file, 100, 4096));
    for (long bad : new long[] {-1, Long.MIN_VALUE}) {
      assertTrue(failure(file, 0, bad).endsWith("the length must be above 0"));
      assertTrue(failure(file, bad, 4096).contains("the offset must be"));
    }
    assertTrue(failure(file, 0, Long.MAX_VALUE).contains("the end must be below"));
    assertTrue(failure(file, 1L << 62, Long.MAX_VALUE / 2 + 1).contains("the end must be below"));
    os.close(file);
    assertEquals(
        "ask for the file system of descriptor %d: Bad file descriptor".formatted(file),
        failure(file, 0, 4096));
  }

  @Test
  void whatIsNoFileCannotBeMapped() throws IOException {
    int eventfd = os.eventfd();
    assertEquals(
        "map 4096 bytes at 0 of descriptor %d: No such device".formatted(eventfd),
        failure(eventfd, 0, 4096));
    os.close(eventfd);
  }

  @Test
  void aMemfdOfNegativeSizeLeavesNothingOpen() throws IOException {
    int before = Descriptor.countOpen();
    IOException e = assertThrows(IOException.class, () -> os.memfd("guest", -1));
    assertEquals("give memfd guest -1 bytes: Invalid argument", e.getMessage());
    assertEquals(before, Descriptor.countOpen());
  }

  @Test
  void aMappingOfHugePagesIsUnmappedWhole() throws IOException {
    int file = Hugepages.file("mooring-huge", 2L << 20);
    long page = os.pageSize(file);
    assertEquals(2L << 20, page);
    MemorySegment mapping = os.map(file, 0, 4096);
    assertTrue(mapped("mooring-huge"));
    os.close(file);
    os.unmap(mapping);
    assertFalse(mapped("mooring-huge"));
  }

  private String failure(int file, long offset, long length) {
    return assertThrows(IOException.class, () -> os.map(file, offset, length)).getMessage();
  }

  private static boolean mapped(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(l -> l.contains(name));
  }
}
