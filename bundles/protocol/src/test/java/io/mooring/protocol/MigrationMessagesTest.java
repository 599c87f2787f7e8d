package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requests of a VM that moves: the log, post-copy, the device's state. */
class MigrationMessagesTest {

  private static final long NO_DESCRIPTOR = 0x100;

  private final FakeSession session = new FakeSession();

  private Message answer(Request request, ByteBuffer payload, int descriptors)
      throws ProtocolException {
    return Wire.handle(Wire.message(request, payload, descriptors), session).orElseThrow();
  }

  /** rust-vmm/vhost issue 217: a front-end waits for this answer without asking for it. */
  @Test
  void aLogIsAnsweredAlsoUnasked() throws ProtocolException {
    Message message = Wire.message(Request.SET_LOG_BASE, Wire.longs(0x1000, 0x2000), 1);
    assertEquals(0, Wire.answer(message, session));
    assertEquals(List.of("log 4096 8192"), session.calls);
  }

  /** The usual front-end does not read a failure: pages would be lost in silence. */
  @Test
  void aLogThatIsRefusedEndsTheConnection() {
    session.refusal = "too short";
    Message message = Wire.message(Request.SET_LOG_BASE, Wire.longs(0x1000, 0), 1);
    assertEquals("too short", Wire.refused(message, session));
  }

  /** QEMU aborts, and its VM with it, when it is not answered while it turns the log on. */
  @Test
  void whoseLogIsRefusedIsAnsweredBeforeTheConnectionEnds() {
    for (int bytes : List.of(8, 16)) {
      Message message = Wire.message(Request.SET_LOG_BASE, Wire.bytes(bytes), 0);
      ProtocolException end =
          assertThrows(ProtocolException.class, () -> Wire.handle(message, session));
      assertEquals(Request.SET_LOG_BASE.number(), end.lastWord().orElseThrow().request());
    }
    assertTrue(session.calls.isEmpty());
  }

  @Test
  void aLogWithoutADescriptorIsRefused() {
    Message message = Wire.message(Request.SET_LOG_BASE, Wire.longs(0x1000, 0), 0);
    assertTrue(Wire.refused(message, session).contains("has no descriptor"));
  }

  @Test
  void theDescriptorOfALogEventIsLeftToBeClosed() throws ProtocolException {
    Message message = Wire.message(Request.SET_LOG_FD, Wire.bytes(0), 1);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(1, message.unclaimed().length);
  }

  @Test
  void whoAdvisesPostcopyGetsAUserfaultfd() throws ProtocolException {
    Message answer = answer(Request.POSTCOPY_ADVISE, Wire.bytes(0), 0);
    assertEquals(0, answer.payload().remaining());
    assertArrayEquals(new int[] {FakeSession.MADE}, answer.unclaimed());
  }

  @Test
  void whoCannotHavePostcopyGetsNone() throws ProtocolException {
    session.refusal = "not permitted";
    Message answer = answer(Request.POSTCOPY_ADVISE, Wire.bytes(0), 0);
    assertEquals(0, answer.payload().remaining());
    assertEquals(0, answer.descriptorCount());
  }

  @Test
  void duringPostcopyRegionsAreAnsweredWithTheirPlaceHereAndAcknowledged()
      throws ProtocolException {
    session.postcopy = true;
    Message answer =
        answer(Request.SET_MEM_TABLE, Wire.longs(1, 0x1000, 0x2000, 0x3000, 0x4000), 1);
    assertEquals(
        Wire.longs(1, 0x1000, 0x2000, 0x3000 + FakeSession.HERE, 0x4000), answer.payload());
    Message acknowledged = Wire.message(Request.SET_MEM_TABLE, Wire.longs(0), 0);
    assertTrue(Wire.handle(acknowledged, session).isEmpty());
    assertEquals("beginPostcopy", session.calls.getLast());
  }

  @Test
  void duringPostcopyAnAddedRegionIsAnsweredTheSameWay() throws ProtocolException {
    session.postcopy = true;
    Message answer = answer(Request.ADD_MEM_REG, Wire.longs(0, 0x1000, 0x2000, 0x3000, 0x4000), 1);
    assertEquals(
        Wire.longs(0, 0x1000, 0x2000, 0x3000 + FakeSession.HERE, 0x4000), answer.payload());
    assertTrue(Wire.handle(Wire.message(Request.ADD_MEM_REG, Wire.longs(0), 0), session).isEmpty());
    assertEquals("beginPostcopy", session.calls.getLast());
  }

  @ParameterizedTest
  @CsvSource({"0, saveState", "1, loadState"})
  void theStateMovesThroughTheFrontEndsPipe(int direction, String call) throws ProtocolException {
    Message message = Wire.message(Request.SET_DEVICE_STATE_FD, Wire.ints(direction, 0), 1);
    assertEquals(NO_DESCRIPTOR, Wire.answer(message, session));
    assertEquals(List.of(call), session.calls);
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "0, 1", "-1, 0", "1, -1"})
  void anotherDirectionOrPhaseIsAnsweredWithAnError(int direction, int phase)
      throws ProtocolException {
    Message message = Wire.message(Request.SET_DEVICE_STATE_FD, Wire.ints(direction, phase), 1);
    assertEquals(NO_DESCRIPTOR | 1, Wire.answer(message, session));
    assertEquals(List.of(), session.calls);
    assertEquals(1, message.unclaimed().length);
  }

  @Test
  void theEndOfATransferIsAnsweredWithItsResult() throws ProtocolException {
    assertEquals(
        0, Wire.answer(Wire.message(Request.CHECK_DEVICE_STATE, Wire.bytes(0), 0), session));
    session.refusal = "cut";
    assertEquals(
        1, Wire.answer(Wire.message(Request.CHECK_DEVICE_STATE, Wire.bytes(0), 0), session));
  }
}
