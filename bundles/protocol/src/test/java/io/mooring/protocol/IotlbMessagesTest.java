package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IOMMU maps, and the requests of the back-end. */
class IotlbMessagesTest {

  private static final int UPDATE = 2;
  private static final int INVALIDATE = 3;

  private final FakeSession session = new FakeSession();

  @BeforeEach
  void withIommu() {
    session.features = RingFeature.ACCESS_PLATFORM.mask();
  }

  private long answer(long iova, long size, long user, int permissions, int type)
      throws ProtocolException {
    ByteBuffer payload = Wire.bytes(32).putLong(iova).putLong(size).putLong(user);
    payload.put((byte) permissions).put((byte) type).rewind();
    return Wire.answer(Wire.message(Request.IOTLB_MSG, payload, 0), session);
  }

  @Test
  void anUpdateIsAnsweredWhenItHolds() throws ProtocolException {
    assertEquals(0, answer(0x1000, 0x2000, 0x3000, 3, UPDATE));
    assertEquals(List.of("map 4096 8192 12288 3"), session.calls);
  }

  @Test
  void anInvalidationIsAnsweredWhenItHolds() throws ProtocolException {
    assertEquals(0, answer(0x1000, 0x2000, 0, 0, INVALIDATE));
    assertEquals(List.of("unmap 4096 8192"), session.calls);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 3, 2", // empty
    "-1, 2, 0, 3, 2", // wraps
    "0, 2, -1, 3, 2", // wraps
    "0, -1, 0, 3, 2", // too long
    "0, 1, 0, 4, 2", // no such permission
    "0, 1, 0, 255, 2",
    "0, 1, 0, 3, 1", // a miss is the back-end's to tell
    "0, 1, 0, 3, 4",
    "0, 1, 0, 3, 0",
    "0, 1, 0, 3, 255",
  })
  void anythingElseIsAnsweredWithAnError(long iova, long size, long user, int allowed, int type)
      throws ProtocolException {
    assertEquals(1, answer(iova, size, user, allowed, type));
    assertEquals(List.of(), session.calls);
  }

  @Test
  void withoutAnIommuNothingIsMapped() throws ProtocolException {
    session.features = 0;
    assertEquals(1, answer(0x1000, 0x2000, 0x3000, 3, UPDATE));
    assertEquals(List.of(), session.calls);
  }

  private static Message request(BackendEvent event) {
    return new VhostUserProtocol().request(event);
  }

  @Test
  void aMissIsAnIotlbMessageThatAsksForNoAnswer() {
    Message message = request(new BackendEvent.IotlbMiss(0x1234, 2));
    assertEquals(1, message.request());
    assertEquals(Message.VERSION, message.flags());
    ByteBuffer wanted = Wire.bytes(32).putLong(0x1234).putLong(0).putLong(0);
    assertEquals(wanted.put((byte) 2).put((byte) 1).rewind(), message.payload());
  }

  @Test
  void inBandNotificationsWaitForTheFrontEnd() {
    Message call = request(new BackendEvent.QueueCall(5));
    assertEquals(4, call.request());
    assertEquals(Message.VERSION | Message.NEED_REPLY, call.flags());
    assertEquals(Wire.ints(5, 0), call.payload());
    assertEquals(5, request(new BackendEvent.QueueError(5)).request());
  }

  @Test
  void aChangedConfigurationHasNoPayload() {
    Message message = request(new BackendEvent.ConfigurationChanged());
    assertEquals(2, message.request());
    assertEquals(0, message.payload().remaining());
  }
}
