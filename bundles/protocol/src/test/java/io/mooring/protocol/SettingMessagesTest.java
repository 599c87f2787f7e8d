package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests that ask for or set one value of the whole port. */
class SettingMessagesTest {

  private final FakeSession session = new FakeSession();

  private long ask(Request request) throws ProtocolException {
    return Wire.answer(Wire.message(request, Wire.bytes(0), 0), session);
  }

  private void obey(Request request, ByteBuffer payload) throws ProtocolException {
    assertTrue(Wire.handle(Wire.message(request, payload, 0), session).isEmpty());
  }

  private String refused(Request request, long value) {
    Message message = Wire.message(request, Wire.longs(value), 0);
    String line = Wire.refused(message, session);
    assertEquals(List.of(), session.calls);
    return line;
  }

  @Test
  void questionsAreAnsweredFromTheSession() throws ProtocolException {
    session.status = 15;
    assertEquals(FakeSession.OFFERED, ask(Request.GET_FEATURES));
    assertEquals(Requests.FEATURES, ask(Request.GET_PROTOCOL_FEATURES));
    assertEquals(4, ask(Request.GET_QUEUE_NUM));
    assertEquals(FakeSession.SLOTS, ask(Request.GET_MAX_MEM_SLOTS));
    assertEquals(15, ask(Request.GET_STATUS));
    assertEquals(List.of(), session.calls);
  }

  @Property
  void featuresAreTakenExactlyWhenAllWereOffered(@ForAll long bits) throws ProtocolException {
    takenWhenOffered(Request.SET_FEATURES, FakeSession.OFFERED, bits);
    takenWhenOffered(Request.SET_FEATURES, FakeSession.OFFERED, bits & FakeSession.OFFERED);
  }

  @Property
  void protocolFeaturesAreTakenExactlyWhenAllWereOffered(@ForAll long bits)
      throws ProtocolException {
    // Those without which others are refused, see the next test.
    long whole =
        bits
            | ProtocolFeature.REPLY_ACK.mask()
            | ProtocolFeature.BACKEND_REQ.mask()
            | ProtocolFeature.INFLIGHT_SHMFD.mask();
    takenWhenOffered(Request.SET_PROTOCOL_FEATURES, Requests.FEATURES, whole);
    takenWhenOffered(Request.SET_PROTOCOL_FEATURES, Requests.FEATURES, whole & Requests.FEATURES);
  }

  @ParameterizedTest
  @CsvSource({
    "INBAND_NOTIFICATIONS, BACKEND_REQ",
    "INBAND_NOTIFICATIONS, REPLY_ACK",
    "GET_VRING_BASE_INFLIGHT, INFLIGHT_SHMFD"
  })
  void aProtocolFeatureIsRefusedWithoutTheOneItNeeds(
      ProtocolFeature feature, ProtocolFeature needed) {
    String line = refused(Request.SET_PROTOCOL_FEATURES, Requests.FEATURES & ~needed.mask());
    assertTrue(line.endsWith("has %s without %s".formatted(feature, needed)), line);
    assertEquals(List.of(), session.calls);
  }

  private void takenWhenOffered(Request request, long offered, long bits) throws ProtocolException {
    session.calls.clear();
    if ((bits & ~offered) == 0) {
      obey(request, Wire.longs(bits));
      assertEquals(1, session.calls.size());
      assertTrue(session.calls.getFirst().endsWith(" " + Long.toHexString(bits)));
    } else {
      String line = refused(request, bits);
      String strangers = "has bits 0x%x that are not offered".formatted(bits & ~offered);
      assertTrue(line.contains(strangers), line);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {68, 1500, 65535})
  void anMtuIsPassedOn(long bytes) throws ProtocolException {
    obey(Request.NET_SET_MTU, Wire.longs(bytes));
    assertEquals(List.of("mtu " + bytes), session.calls);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 67, 65536, 0x1_0000_05dcL, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void anotherMtuIsRefused(long bytes) {
    String line = refused(Request.NET_SET_MTU, bytes);
    assertEquals(
        "NET_SET_MTU %s: allowed are 68 to 65535".formatted(Long.toUnsignedString(bytes)), line);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 15, 0x80, 0xff})
  void aStatusIsKept(long status) throws ProtocolException {
    obey(Request.SET_STATUS, Wire.longs(status));
    assertEquals(List.of("status " + status), session.calls);
    assertEquals(status, ask(Request.GET_STATUS));
  }

  /** virtio 1.3, section 2.1: writing 0 resets the device. */
  @Test
  void status0Resets() throws ProtocolException {
    session.status = 15;
    obey(Request.SET_STATUS, Wire.longs(0));
    assertEquals(List.of("reset"), session.calls);
  }

  @ParameterizedTest
  @ValueSource(longs = {0x100, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void aStatusOfMoreThanAByteIsRefused(long status) {
    String line = refused(Request.SET_STATUS, status);
    assertEquals("SET_STATUS 0x%x: allowed are 0 to 0xff".formatted(status), line);
  }

  @Test
  void theOwnerIsNotKept() throws ProtocolException {
    obey(Request.SET_OWNER, Wire.bytes(0));
    assertEquals(List.of(), session.calls);
    obey(Request.RESET_OWNER, Wire.bytes(0));
    assertEquals(List.of("stop"), session.calls);
  }

  @Test
  void anArrivalIsAnnouncedWithTheAddressOnly() throws ProtocolException {
    obey(Request.SEND_RARP, Wire.longs(0xffff_5600_1254_0052L));
    assertEquals(List.of("announce 560012540052"), session.calls);
  }
}
