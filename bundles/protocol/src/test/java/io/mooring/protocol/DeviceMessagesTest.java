package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration space, the inflight buffer, and what no device here has. */
class DeviceMessagesTest {

  private final FakeSession session = new FakeSession();

  private static ByteBuffer config(int offset, int size, int flags, int room) {
    return Wire.bytes(12 + room).putInt(offset).putInt(size).putInt(flags).rewind();
  }

  private Message read(int offset, int size, int room) throws ProtocolException {
    Message message = Wire.message(Request.GET_CONFIG, config(offset, size, 0, room), 0);
    return Wire.handle(message, session).orElseThrow();
  }

  @Test
  void theConfigurationIsReadWithZerosBehindIt() throws ProtocolException {
    ByteBuffer wanted = config(2, 4, 0, 4).put(12, (byte) 12).put(13, (byte) 13);
    assertEquals(wanted, read(2, 4, 4).payload());
    assertEquals(268, read(0, 256, 256).payload().remaining());
    assertEquals(13, read(255, 1, 1).payload().remaining());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 4, 3",
    "0, 4, 5",
    "0, 257, 257",
    "256, 1, 1",
    "253, 4, 4",
    "-1, 1, 1",
    "0, -1, 4",
    "2147483647, 1, 1",
    "0, 2147483647, 4"
  })
  void whatIsNoPartOfTheSpaceIsAnsweredWithNothing(int offset, int size, int room)
      throws ProtocolException {
    assertEquals(0, read(offset, size, room).payload().remaining());
  }

  @Test
  void theConfigurationIsWritten() throws ProtocolException {
    ByteBuffer payload = config(6, 2, 1, 2).put(12, (byte) 7).put(13, (byte) 8);
    assertTrue(Wire.handle(Wire.message(Request.SET_CONFIG, payload, 0), session).isEmpty());
    assertEquals(List.of("configure 6 [7, 8] true"), session.calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, -1})
  void aWriteWithOtherFlagsIsRefused(int flags) {
    Wire.refused(Wire.message(Request.SET_CONFIG, config(0, 1, flags, 1), 0), session);
    assertEquals(List.of(), session.calls);
  }

  private static ByteBuffer inflight(int queues, int size, int bytes) {
    ByteBuffer payload = Wire.bytes(bytes).putLong(0x3000).putLong(0x1000);
    return payload.putShort((short) queues).putShort((short) size).rewind();
  }

  /** QEMU's structure is padded to 24 bytes, and so is what it wants for an answer. */
  @ParameterizedTest
  @ValueSource(ints = {20, 24})
  void anInflightBufferIsMade(int bytes) throws ProtocolException {
    Message message = Wire.message(Request.GET_INFLIGHT_FD, inflight(8, 1024, bytes), 0);
    Message answer = Wire.handle(message, session).orElseThrow();
    assertEquals(List.of("make 8 1024"), session.calls);
    assertEquals(inflight(8, 1024, bytes), answer.payload());
    assertArrayEquals(new int[] {FakeSession.MADE}, answer.unclaimed());
  }

  @Test
  void anInflightBufferIsTaken() throws ProtocolException {
    Message message = Wire.message(Request.SET_INFLIGHT_FD, inflight(2, 256, 24), 1);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(List.of("take 12288 4096 2 256"), session.calls);
  }

  /** CVE-2021-3839. */
  @ParameterizedTest
  @CsvSource({"0, 256", "9, 256", "65535, 256", "2, 0", "2, 1025", "2, 65535"})
  void anInflightBufferOutOfBoundsIsRefused(int queues, int size) {
    for (Request request : List.of(Request.GET_INFLIGHT_FD, Request.SET_INFLIGHT_FD)) {
      int descriptors = Form.of(request).descriptors();
      Message message = Wire.message(request, inflight(queues, size, 24), descriptors);
      Wire.refused(message, session);
      assertEquals(descriptors, message.unclaimed().length);
      assertEquals(List.of(), session.calls);
    }
  }

  @Test
  void aRequestThatNeedsADescriptorIsRefusedWithoutOne() {
    for (Request request : List.of(Request.SET_INFLIGHT_FD, Request.SET_BACKEND_REQ_FD)) {
      var payload = request == Request.SET_INFLIGHT_FD ? inflight(2, 256, 20) : Wire.bytes(0);
      assertTrue(Wire.refused(Wire.message(request, payload, 0), session).contains("needs one"));
    }
  }

  @Test
  void aDeviceIsResetAndItsOwnerStopsItsQueues() throws ProtocolException {
    Wire.handle(Wire.message(Request.RESET_DEVICE, Wire.bytes(0), 0), session);
    Wire.handle(Wire.message(Request.RESET_OWNER, Wire.bytes(0), 0), session);
    assertEquals(List.of("reset", "stop"), session.calls);
  }

  @Test
  void nothingIsSharedByAUuid() throws ProtocolException {
    Message message = Wire.message(Request.GET_SHARED_OBJECT, Wire.longs(1, 2), 0);
    Message answer = Wire.handle(message, session).orElseThrow();
    assertEquals(Wire.longs(1, 2), answer.payload());
    assertEquals(0, answer.descriptorCount());
  }

  @Test
  void thereAreNoSharedMemoryRegions() throws ProtocolException {
    Message message = Wire.message(Request.GET_SHMEM_CONFIG, Wire.bytes(0), 0);
    assertEquals(Wire.bytes(8 + 256 * 8), Wire.handle(message, session).orElseThrow().payload());
  }
}
