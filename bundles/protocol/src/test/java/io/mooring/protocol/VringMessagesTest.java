package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests of one virtqueue, with every number at its limits. */
class VringMessagesTest {

  private static final int NO_DESCRIPTOR = 0x100;

  private final FakeSession session = new FakeSession();

  private void obey(Request request, ByteBuffer payload, int descriptors) throws ProtocolException {
    assertTrue(Wire.handle(Wire.message(request, payload, descriptors), session).isEmpty());
  }

  private String refused(Request request, ByteBuffer payload, int descriptors) {
    String line = Wire.refused(Wire.message(request, payload, descriptors), session);
    assertEquals(List.of(), session.calls);
    return line;
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SET_VRING_NUM",
        "SET_VRING_BASE",
        "GET_VRING_BASE",
        "SET_VRING_ENABLE",
        "VRING_KICK"
      })
  void aQueueThatThePortDoesNotHaveIsRefused(Request request) {
    for (int queue : new int[] {FakeSession.QUEUES, 0xff, 0x100, 0x7fff_ffff, -1}) {
      String line = refused(request, Wire.ints(queue, 1), 0);
      assertTrue(
          line.endsWith("queue %s: the port has 8".formatted(Integer.toUnsignedString(queue))),
          line);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SET_VRING_KICK", "SET_VRING_CALL", "SET_VRING_ERR"})
  void aDescriptorOfAQueueThatThePortDoesNotHaveIsRefusedAndLeftToBeClosed(Request request) {
    for (long queue : new long[] {FakeSession.QUEUES, 0xff}) {
      Message message = Wire.message(request, Wire.longs(queue), 1);
      String line = Wire.refused(message, session);
      assertTrue(line.contains("queue %d: the port has 8".formatted(queue)), line);
      assertArrayEquals(new int[] {Wire.DESCRIPTOR}, message.unclaimed());
    }
  }

  @Test
  void addressesOfAQueueThatThePortDoesNotHaveAreRefused() {
    ByteBuffer payload = Wire.bytes(40).putInt(0, FakeSession.QUEUES);
    String line = refused(Request.SET_VRING_ADDR, payload, 0);
    assertTrue(line.contains("queue 8: the port has 8"), line);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 256, FakeSession.RING})
  void aSplitRingsSizeIsAPowerOfTwo(int size) throws ProtocolException {
    obey(Request.SET_VRING_NUM, Wire.ints(7, size), 0);
    assertEquals(List.of("size 7 " + size), session.calls);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        3,
        FakeSession.RING - 1,
        FakeSession.RING + 1,
        2 * FakeSession.RING,
        -1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        0x1_0001
      })
  void anotherSizeIsRefused(int size) {
    String line = refused(Request.SET_VRING_NUM, Wire.ints(7, size), 0);
    assertTrue(
        line.equals(
            "SET_VRING_NUM %s: allowed are powers of two from 1 to %d"
                .formatted(Integer.toUnsignedString(size), FakeSession.RING)),
        line);
  }

  /** virtio 1.3, section 2.8.10.1. */
  @Test
  void aPackedRingMayHaveAnySizeUpToTheLimit() throws ProtocolException {
    session.features = RingFeature.RING_PACKED.mask();
    obey(Request.SET_VRING_NUM, Wire.ints(0, 3), 0);
    assertEquals(List.of("size 0 3"), session.calls);
    session.calls.clear();
    refused(Request.SET_VRING_NUM, Wire.ints(0, 0), 0);
    refused(Request.SET_VRING_NUM, Wire.ints(0, FakeSession.RING + 1), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0xffff})
  void aSplitRingBeginsAtA16BitIndex(int base) throws ProtocolException {
    obey(Request.SET_VRING_BASE, Wire.ints(1, base), 0);
    assertEquals(List.of("base 1 " + base), session.calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x1_0000, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aSplitRingBeginsNowhereElse(int base) {
    String line = refused(Request.SET_VRING_BASE, Wire.ints(1, base), 0);
    assertTrue(line.contains(Integer.toUnsignedString(base) + ": allowed are 0 to 65535"), line);
  }

  /** A packed ring's base has both indices and both wrap counters in 32 bits. */
  @Test
  void aPackedRingsBaseHas32Bits() throws ProtocolException {
    session.features = RingFeature.RING_PACKED.mask();
    obey(Request.SET_VRING_BASE, Wire.ints(1, 0x8000_8000), 0);
    assertEquals(List.of("base 1 " + 0x8000_8000), session.calls);
  }

  @Test
  void addressesComeInTheSpecificationsOrder() throws ProtocolException {
    ByteBuffer payload =
        Wire.bytes(40).putInt(2).putInt(1).putLong(10).putLong(20).putLong(30).putLong(40).flip();
    obey(Request.SET_VRING_ADDR, payload, 0);
    assertEquals(List.of("addresses 2 10 20 30 40"), session.calls);
  }

  @Test
  void aUsedRingIsLoggedOnlyWhereTheFlagSaysSo() throws ProtocolException {
    ByteBuffer payload =
        Wire.bytes(40).putInt(2).putInt(0).putLong(10).putLong(20).putLong(30).putLong(40).flip();
    obey(Request.SET_VRING_ADDR, payload, 0);
    assertEquals(List.of("addresses 2 10 20 30 -1"), session.calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 0x100, Integer.MIN_VALUE})
  void otherFlagsOfAddressesAreRefused(int flags) {
    String line = refused(Request.SET_VRING_ADDR, Wire.bytes(40).putInt(4, flags), 0);
    assertTrue(line.contains("flags 0x%x: allowed is 0x1".formatted(flags)), line);
  }

  @Test
  void aQueueIsKickedInBand() throws ProtocolException {
    obey(Request.VRING_KICK, Wire.ints(3, 0), 0);
    assertEquals(List.of("kicked 3"), session.calls);
  }

  @Test
  void aStoppedQueueSaysWhereItStopped() throws ProtocolException {
    Message answer =
        Wire.handle(Wire.message(Request.GET_VRING_BASE, Wire.ints(3, 99), 0), session)
            .orElseThrow();
    assertEquals(List.of("stop 3"), session.calls);
    assertEquals(Wire.ints(3, 0x1234), answer.payload());
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void aQueueIsEnabledAndDisabled(int value, boolean enabled) throws ProtocolException {
    obey(Request.SET_VRING_ENABLE, Wire.ints(5, value), 0);
    assertEquals(List.of("enable 5 " + enabled), session.calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 0x100, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aQueueIsNothingElse(int value) {
    String line = refused(Request.SET_VRING_ENABLE, Wire.ints(5, value), 0);
    assertTrue(line.endsWith(": allowed are 0 and 1"), line);
  }

  @ParameterizedTest
  @CsvSource({"SET_VRING_KICK, kick", "SET_VRING_CALL, call", "SET_VRING_ERR, error"})
  void aQueueGetsItsDescriptor(Request request, String call) throws ProtocolException {
    Message message = Wire.message(request, Wire.longs(6), 1);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("%s 6 %d".formatted(call, Wire.DESCRIPTOR)), session.calls);
    assertEquals(0, message.unclaimed().length);
  }

  @ParameterizedTest
  @CsvSource({"SET_VRING_KICK, kick", "SET_VRING_CALL, call", "SET_VRING_ERR, error"})
  void aQueueMayHaveNoDescriptor(Request request, String call) throws ProtocolException {
    obey(request, Wire.longs(6 | NO_DESCRIPTOR), 0);
    assertEquals(List.of(call + " 6 -1"), session.calls);
  }

  @ParameterizedTest
  @EnumSource(names = {"SET_VRING_KICK", "SET_VRING_CALL", "SET_VRING_ERR"})
  void aDescriptorThatIsPromisedComesAndNoneElse(Request request) {
    refused(request, Wire.longs(6), 0);
    refused(request, Wire.longs(6 | NO_DESCRIPTOR), 1);
  }

  @Property(tries = 500)
  void otherBitsOfADescriptorsValueAreRefused(
      @ForAll long bits, @ForAll @IntRange(max = 1) int descriptors) {
    long value = bits & ~0xffL;
    if ((value & ~NO_DESCRIPTOR) != 0) {
      for (Request request :
          List.of(Request.SET_VRING_KICK, Request.SET_VRING_CALL, Request.SET_VRING_ERR)) {
        Message message = Wire.message(request, Wire.longs(value), descriptors);
        Wire.refused(message, session);
        assertEquals(descriptors, message.unclaimed().length);
        assertEquals(List.of(), session.calls);
      }
    }
  }
}
