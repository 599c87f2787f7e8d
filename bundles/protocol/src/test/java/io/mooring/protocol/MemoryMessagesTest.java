package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests of the memory regions. */
class MemoryMessagesTest {

  private final FakeSession session = new FakeSession();

  private static Region region(int index) {
    return new Region(0x1000L * index, 0x1000, 0x7000_0000L + index, 0x4000);
  }

  private static List<Region> regions(int count) {
    return IntStream.range(0, count).mapToObj(MemoryMessagesTest::region).toList();
  }

  private static ByteBuffer table(int count, List<Region> regions) {
    ByteBuffer payload = Wire.bytes(8 + 32 * regions.size()).putInt(count).putInt(0);
    regions.forEach(each -> put(payload, each));
    return payload.flip();
  }

  private static void put(ByteBuffer payload, Region region) {
    payload
        .putLong(region.guestAddress())
        .putLong(region.size())
        .putLong(region.userAddress())
        .putLong(region.mmapOffset());
  }

  private static ByteBuffer single(Region region) {
    ByteBuffer payload = Wire.bytes(40).putLong(0);
    put(payload, region);
    return payload.flip();
  }

  private String refused(Message message) {
    int descriptors = message.descriptorCount();
    String line = Wire.refused(message, session);
    assertEquals(List.of(), session.calls);
    assertEquals(descriptors, message.unclaimed().length);
    return line;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8})
  void aTableOfUpToEightRegionsIsTakenWithItsDescriptors(int count) throws ProtocolException {
    Message message = Wire.message(Request.SET_MEM_TABLE, table(count, regions(count)), count);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("memory " + regions(count)), session.calls);
    assertEquals(
        IntStream.range(0, count).mapToObj(i -> Wire.DESCRIPTOR + i).toList(), session.descriptors);
  }

  /** QEMU before 2.0 and other front-ends send the whole structure. */
  @Test
  void roomBehindTheLastRegionIsIgnored() throws ProtocolException {
    Message message = Wire.message(Request.SET_MEM_TABLE, table(1, regions(8)), 1);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("memory " + regions(1)), session.calls);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 3, 8, 9, 0x0800_0000, 0x0800_0001, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void aCountThatIsNotThereIsRefused(int count) {
    String line = refused(Wire.message(Request.SET_MEM_TABLE, table(count, regions(2)), 2));
    assertTrue(
        line.equals(
            "SET_MEM_TABLE says %s regions, its payload has room for 2"
                .formatted(Integer.toUnsignedString(count))),
        line);
  }

  @Test
  void eachRegionNeedsItsDescriptor() {
    for (int descriptors : new int[] {0, 1, 3, 8}) {
      String line = refused(Wire.message(Request.SET_MEM_TABLE, table(2, regions(2)), descriptors));
      assertTrue(line.contains("2 regions and %d descriptors".formatted(descriptors)), line);
    }
  }

  @Test
  void regionsThatOverlapAreRefused() {
    List<Region> overlapping =
        List.of(region(0), region(1), new Region(0x1fff, 0x1000, 0x1234_5000L, 0));
    String line = refused(Wire.message(Request.SET_MEM_TABLE, table(3, overlapping), 3));
    assertTrue(line.contains("region guest 0x1fff size 0x1000"), line);
    assertTrue(line.contains("overlaps region guest 0x1000"), line);
  }

  @Test
  void aRegionIsAddedWithItsDescriptor() throws ProtocolException {
    Message message = Wire.message(Request.ADD_MEM_REG, single(region(3)), 1);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("addRegion " + region(3)), session.calls);
    assertEquals(List.of(Wire.DESCRIPTOR), session.descriptors);
  }

  @Test
  void aRegionWithoutADescriptorIsRefused() {
    String line = refused(Wire.message(Request.ADD_MEM_REG, single(region(3)), 0));
    assertEquals("ADD_MEM_REG has no descriptor, it needs one", line);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRegionIsRemovedWhetherItsDescriptorComesAlongOrNot(int descriptors)
      throws ProtocolException {
    Message message = Wire.message(Request.REM_MEM_REG, single(region(3)), descriptors);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("removeRegion " + region(3)), session.calls);
    assertEquals(descriptors, message.unclaimed().length);
  }
}
