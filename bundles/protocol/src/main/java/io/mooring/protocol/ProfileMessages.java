package io.mooring.protocol;

import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Requests of the profile extension (docs/profile-extension.md). */
final class ProfileMessages {

  private static final int MAX_TEXT = Message.MAX_PAYLOAD - Long.BYTES;
  private static final char FIRST_PRINTABLE = ' ';
  private static final char LAST_PRINTABLE = '~';

  private ProfileMessages() {}

  static Optional<Message> set(Message message, Session session) throws ProtocolException {
    session.profile(text(message.payload()));
    return get(message, session);
  }

  static Optional<Message> get(Message message, Session session) throws ProtocolException {
    OfferedProfile offered = session.profile();
    return answer(message, 0, offered.name() + '\n' + offered.values());
  }

  private static String text(ByteBuffer payload) throws ProtocolException {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] < FIRST_PRINTABLE || bytes[at] > LAST_PRINTABLE) {
        throw new ProtocolException(
            "SET_PROFILE has byte 0x%02x at %d: allowed is printable ASCII"
                .formatted(bytes[at] & 0xff, at));
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** An answer of a result and a text, which is cut where a message ends. */
  static Optional<Message> answer(Message asked, long result, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int length = Math.min(bytes.length, MAX_TEXT);
    ByteBuffer payload = Requests.payload(Long.BYTES + length).putLong(result);
    return Requests.reply(asked, payload.put(bytes, 0, length));
  }
}
