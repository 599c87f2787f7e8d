package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profile extension's messages (docs/profile-extension.md). */
class ProfileMessagesTest {

  private final FakeSession session = new FakeSession();

  private record Answered(long result, String text) {}

  private static Answered answered(Message message, FakeSession session) throws ProtocolException {
    Message answer = Wire.handle(message, session).orElseThrow();
    assertEquals(message.request(), answer.request());
    assertEquals(Message.VERSION | Message.REPLY, answer.flags());
    ByteBuffer payload = answer.payload();
    long result = payload.getLong();
    assertTrue(payload.remaining() <= Message.MAX_PAYLOAD - Long.BYTES);
    return new Answered(result, StandardCharsets.US_ASCII.decode(payload).toString());
  }

  private Answered set(String text) throws ProtocolException {
    return answered(Wire.message(Request.SET_PROFILE, Wire.text(text), 0), session);
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.dpdk.v18.11", "device=net,csum=on,max_ring=256"})
  void aProfileIsPassedOnAndAnsweredWithWhatIsOfferedNow(String profile) throws ProtocolException {
    assertEquals(new Answered(0, "a.v1\ndevice=net,max_ring=256"), set(profile));
    assertEquals(List.of("profile " + profile), session.calls);
  }

  @Test
  void whatIsOfferedCanBeAsked() throws ProtocolException {
    Message asked = Wire.message(Request.GET_PROFILE, Wire.bytes(0), 0);
    assertEquals(new Answered(0, "a.v1\ndevice=net,max_ring=256"), answered(asked, session));
    assertEquals(List.of(), session.calls);
  }

  @Test
  void aRefusalSaysWhyAndTheConnectionGoesOn() throws ProtocolException {
    session.refusal = "there is no profile b.v1, which no bundle or file brings";
    assertEquals(new Answered(1, session.refusal), set("b.v1"));
    session.refusal = null;
    assertEquals(0, set("a.v1").result());
  }

  @Test
  void aReasonThatIsTooLongIsCut() throws ProtocolException {
    session.refusal = "x".repeat(5000);
    assertEquals(Message.MAX_PAYLOAD - Long.BYTES, set("b.v1").text().length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.v1\0", "a.v1\n", "\u001b[2J", "\u00e4.v1", "\u007f"})
  void whatIsNotPrintableIsRefusedAndNotPassedOn(String text) throws ProtocolException {
    Answered answer = set(text);
    assertEquals(1, answer.result());
    assertTrue(answer.text().startsWith("SET_PROFILE has byte 0x"), answer.text());
    assertTrue(answer.text().endsWith(": allowed is printable ASCII"), answer.text());
    assertEquals(List.of(), session.calls);
  }

  @Property
  void anyBytesAreAnsweredInOnePrintableLineOrTwo(@ForAll @Size(min = 1, max = 4096) byte[] bytes)
      throws ProtocolException {
    var mine = new FakeSession();
    Message message = Wire.message(Request.SET_PROFILE, ByteBuffer.wrap(bytes), 0);
    Answered answer = answered(message, mine);
    assertEquals(answer.result() == 0, mine.calls.size() == 1);
    assertTrue(
        answer.text().chars().allMatch(each -> (each >= ' ' && each <= '~') || each == '\n'));
  }

  @Test
  void whoDidNotNegotiateItIsToldSo() throws ProtocolException {
    session.without(ProtocolFeature.PROFILE);
    assertEquals(
        new Answered(
            1,
            "SET_PROFILE (request 1024) needs protocol feature PROFILE, which was not negotiated"),
        set("a.v1"));
    assertEquals(List.of(), session.calls);
  }

  /** Far from what is assigned, and so that no other program takes it for something else. */
  @Test
  void theNumbersAreBeyondAllThatAreAssigned() {
    assertEquals(1L << 48, ProtocolFeature.PROFILE.mask());
    assertEquals(1024, Request.SET_PROFILE.number());
    assertEquals(1025, Request.GET_PROFILE.number());
    assertNotEquals(0, new VhostUserProtocol().features() & ProtocolFeature.PROFILE.mask());
    assertFalse(Request.of(1023).isPresent());
  }
}
