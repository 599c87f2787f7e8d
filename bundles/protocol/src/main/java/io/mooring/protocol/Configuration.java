package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Requests for the "Virtio device config space". */
final class Configuration {

  /** As much as QEMU gives a device. */
  private static final int SPACE = 256;

  private static final int HEADER_BYTES = 12;

  /** Flags: the driver writes; the front-end restores what another back-end had. */
  private static final int WRITABLE = 0;

  private static final int MIGRATION = 1;

  private Configuration() {}

  static Optional<Message> read(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
    int offset = payload.getInt();
    int flags = payload.getInt(payload.position() + Integer.BYTES);
    int size = size(message, offset);
    // What the device does not have reads as zeros.
    byte[] space = Arrays.copyOf(session.configuration(), SPACE);
    ByteBuffer answer = Requests.payload(HEADER_BYTES + size);
    answer.putInt(offset).putInt(size).putInt(flags).put(space, offset, size);
    return Requests.reply(message, answer);
  }

  static void write(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
    int offset = payload.getInt();
    int flags = payload.getInt(payload.position() + Integer.BYTES);
    if (flags != WRITABLE && flags != MIGRATION) {
      throw new ProtocolException(
          "SET_CONFIG with flags 0x%x: allowed are 0 and 1".formatted(flags));
    }
    byte[] bytes = new byte[size(message, offset)];
    payload.position(payload.limit() - bytes.length).get(bytes);
    session.configure(offset, bytes, flags == MIGRATION);
  }

  private static int size(Message message, int offset) throws ProtocolException {
    ByteBuffer payload = message.payload();
    int size = payload.getInt(payload.position());
    int room = payload.remaining() - 2 * Integer.BYTES;
    if (size != room || size < 1 || offset < 0 || offset > SPACE - size) {
      throw new ProtocolException(
          "%s of %d bytes at %d with %d bytes of payload: allowed are 1 byte to all of %d"
              .formatted(
                  Requests.name(message),
                  Integer.toUnsignedLong(size),
                  Integer.toUnsignedLong(offset),
                  room,
                  SPACE));
    }
    return size;
  }
}
