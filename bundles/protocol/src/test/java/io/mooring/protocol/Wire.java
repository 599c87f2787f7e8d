package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;

/** A front-end's messages, and what the protocol makes of them. */
final class Wire {

  /** The first of the descriptors that messages come with. */
  static final int DESCRIPTOR = 100;

  private static final VhostUserProtocol PROTOCOL = new VhostUserProtocol();

  private Wire() {}

  static Message message(Request request, ByteBuffer payload, int descriptors) {
    return message(request.number(), Message.VERSION, payload, descriptors);
  }

  static Message message(int request, int flags, ByteBuffer payload, int descriptors) {
    return new Message(
        request, flags, payload, IntStream.range(DESCRIPTOR, DESCRIPTOR + descriptors).toArray());
  }

  static Message acknowledged(Request request, ByteBuffer payload, int descriptors) {
    return message(request.number(), Message.VERSION | Message.NEED_REPLY, payload, descriptors);
  }

  /** A payload of 64-bit values. */
  static ByteBuffer longs(long... values) {
    ByteBuffer payload = bytes(8 * values.length);
    for (long each : values) {
      payload.putLong(each);
    }
    return payload.flip();
  }

  /** A payload of 32-bit values. */
  static ByteBuffer ints(int... values) {
    ByteBuffer payload = bytes(4 * values.length);
    for (int each : values) {
      payload.putInt(each);
    }
    return payload.flip();
  }

  static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Optional<Message> handle(Message message, Session session) throws ProtocolException {
    return PROTOCOL.handle(message, session);
  }

  /** The line with which a message is refused. */
  static String refused(Message message, Session session) {
    return Assertions.assertThrows(
            ProtocolException.class,
            () -> PROTOCOL.handle(message, session),
            () -> Requests.name(message) + " was taken")
        .getMessage();
  }

  /** The 64-bit value that a message is answered with. */
  static long answer(Message message, Session session) throws ProtocolException {
    Message answer = handle(message, session).orElseThrow();
    Assertions.assertEquals(message.request(), answer.request());
    Assertions.assertEquals(Message.VERSION | Message.REPLY, answer.flags());
    Assertions.assertEquals(8, answer.payload().remaining());
    Assertions.assertEquals(0, answer.descriptorCount());
    return answer.payload().getLong();
  }
}
