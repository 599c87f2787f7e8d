package io.mooring.protocol;

import io.mooring.api.protocol.InflightArea;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests for the buffer of "Inflight I/O tracking". */
final class Inflight {

  private static final int NONE = -1;

  private Inflight() {}

  static Optional<Message> make(Message message, Session session) throws ProtocolException {
    int bytes = message.payload().remaining();
    InflightArea asked = area(message, session);
    InflightArea made = session.inflight().make(asked.queues(), asked.queueSize());
    ByteBuffer answer = Requests.payload(bytes).putLong(made.size()).putLong(made.offset());
    answer.putShort((short) made.queues()).putShort((short) made.queueSize()).position(bytes);
    return Requests.reply(message, answer, made.descriptor());
  }

  static void take(Message message, Session session) throws ProtocolException {
    if (message.descriptorCount() != 1) {
      throw new ProtocolException("SET_INFLIGHT_FD has no descriptor, it needs one");
    }
    session.inflight().take(area(message, session).behind(message.claim()[0]));
  }

  private static InflightArea area(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
    long size = payload.getLong();
    long offset = payload.getLong();
    int queues = Short.toUnsignedInt(payload.getShort());
    int queueSize = Short.toUnsignedInt(payload.getShort());
    if (queues < 1 || queues > session.maxQueues()) {
      throw new ProtocolException(
          "%s for %d queues: allowed are 1 to %d"
              .formatted(Requests.name(message), queues, session.maxQueues()));
    }
    if (queueSize < 1 || queueSize > session.maxRing()) {
      throw new ProtocolException(
          "%s for queues of %d: allowed are 1 to %d"
              .formatted(Requests.name(message), queueSize, session.maxRing()));
    }
    return new InflightArea(size, offset, queues, queueSize, NONE);
  }
}
