package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** REPLY_ACK: the front-end that asks is told whether its request was obeyed. */
class AcknowledgementTest {

  static final List<Form> CHANGES = Form.ALL.stream().filter(Form::change).toList();
  static final List<Form> QUESTIONS = Form.ALL.stream().filter(Form::answered).toList();

  private final FakeSession session = new FakeSession();

  /** A message that a good session obeys. */
  private static Message good(Form form, int flags) {
    var payload =
        switch (form.request()) {
          case SET_MEM_TABLE -> Wire.longs(1, 0x1000, 0x1000, 0x2000, 0);
          case ADD_MEM_REG, REM_MEM_REG -> Wire.longs(0, 0x1000, 0x1000, 0x2000, 0);
          case SET_FEATURES -> Wire.longs(FakeSession.OFFERED);
          case SET_PROTOCOL_FEATURES -> Wire.longs(ProtocolFeature.REPLY_ACK.mask());
          case NET_SET_MTU -> Wire.longs(1500);
          case SET_VRING_NUM -> Wire.ints(0, 256);
          case SET_CONFIG -> Wire.bytes(13).putInt(0).putInt(1).putInt(0).rewind();
          case GET_INFLIGHT_FD, SET_INFLIGHT_FD ->
              Wire.bytes(20).putShort(16, (short) 1).putShort(18, (short) 1);
          case SET_PROFILE -> Wire.text("a.v1");
          default -> Wire.bytes(form.least());
        };
    return Wire.message(form.request().number(), flags, payload, Math.min(1, form.descriptors()));
  }

  @ParameterizedTest
  @FieldSource("CHANGES")
  void whoAsksIsToldThatAChangeIsDone(Form form) throws ProtocolException {
    Message message = good(form, Message.VERSION | Message.NEED_REPLY);
    assertEquals(0, Wire.answer(message, session));
  }

  @ParameterizedTest
  @FieldSource("CHANGES")
  void whoDoesNotAskIsToldNothing(Form form) throws ProtocolException {
    assertTrue(Wire.handle(good(form, Message.VERSION), session).isEmpty());
  }

  @ParameterizedTest
  @FieldSource("CHANGES")
  void whoAsksWithoutTheFeatureIsToldNothing(Form form) throws ProtocolException {
    session.without(ProtocolFeature.REPLY_ACK);
    assertTrue(Wire.handle(good(form, Message.VERSION | Message.NEED_REPLY), session).isEmpty());
  }

  @ParameterizedTest
  @FieldSource("QUESTIONS")
  void aQuestionHasItsOwnAnswerOnly(Form form) throws ProtocolException {
    Message asked = good(form, Message.VERSION);
    Message asking = good(form, Message.VERSION | Message.NEED_REPLY);
    assertEquals(
        Wire.handle(asked, session).orElseThrow().payload(),
        Wire.handle(asking, session).orElseThrow().payload());
  }

  @Test
  void whoAsksIsToldThatAChangeWasRefusedAndStaysConnected() throws ProtocolException {
    session.refusal = "no room";
    Message message = Wire.acknowledged(Request.NET_SET_MTU, Wire.longs(1500), 0);
    assertEquals(1, Wire.answer(message, session));
    assertEquals(List.of("mtu 1500"), session.calls);
    assertEquals(List.of("no room"), session.refusals);
  }

  @Test
  void aValueThatTheTableRefusesIsAnsweredTheSameWay() throws ProtocolException {
    assertEquals(
        1, Wire.answer(Wire.acknowledged(Request.NET_SET_MTU, Wire.longs(67), 0), session));
    assertEquals(List.of(), session.calls);
  }

  @Test
  void whoDoesNotAskIsRefusedWithTheSessionsOwnReason() {
    session.refusal = "no room";
    assertEquals(
        "no room", Wire.refused(Wire.message(Request.NET_SET_MTU, Wire.longs(1500), 0), session));
  }

  /** A failure would be taken for the answer: queue 1, base 0. */
  @Test
  void aRefusedQuestionEndsTheConnectionAlsoForWhoAsks() {
    String line =
        Wire.refused(
            Wire.acknowledged(Request.GET_VRING_BASE, Wire.ints(FakeSession.QUEUES, 0), 0),
            session);
    assertTrue(line.contains("queue 8: the port has 8"), line);
  }

  @Test
  void theRequestThatNegotiatesAcknowledgementsIsNotAcknowledgedItself() throws ProtocolException {
    session.protocolFeatures = 0;
    Message message =
        Wire.acknowledged(
            Request.SET_PROTOCOL_FEATURES, Wire.longs(ProtocolFeature.REPLY_ACK.mask()), 0);
    assertTrue(Wire.handle(message, session).isEmpty());
    assertEquals(ProtocolFeature.REPLY_ACK.mask(), session.protocolFeatures);
  }
}
