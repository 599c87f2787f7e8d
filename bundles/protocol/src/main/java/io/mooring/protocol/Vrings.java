package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Requests that concern one virtqueue. */
final class Vrings {

  /** SET_VRING_KICK, CALL and ERR: the queue's index, and a flag that no descriptor comes along. */
  private static final int INDEX_MASK = 0xff;

  private static final int NO_DESCRIPTOR = 1 << 8;
  private static final int NONE = -1;
  private static final int LOG = 1;
  private static final int MAX_SPLIT_BASE = 0xffff;

  private Vrings() {}

  static void size(Message message, Session session) throws ProtocolException {
    QueueSession queue = queue(message, session, message.payload().getInt());
    int size = message.payload().getInt();
    boolean packed = RingFeature.RING_PACKED.in(session.features());
    if (size < 1 || size > session.maxRing() || !(packed || Integer.bitCount(size) == 1)) {
      throw new ProtocolException(
          "SET_VRING_NUM %d: allowed are %s from 1 to %d"
              .formatted(
                  Integer.toUnsignedLong(size),
                  packed ? "sizes" : "powers of two",
                  session.maxRing()));
    }
    queue.size(size);
  }

  static void addresses(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
    QueueSession queue = queue(message, session, payload.getInt());
    int flags = payload.getInt();
    if ((flags & ~LOG) != 0) {
      throw new ProtocolException(
          "SET_VRING_ADDR with flags 0x%x: allowed is 0x%x (VHOST_VRING_F_LOG)"
              .formatted(flags, LOG));
    }
    long descriptors = payload.getLong();
    long used = payload.getLong();
    long available = payload.getLong();
    long usedLog = payload.getLong();
    queue.addresses(descriptors, used, available, flags == 0 ? QueueSetup.NO_LOG : usedLog);
  }

  static void base(Message message, Session session) throws ProtocolException {
    QueueSession queue = queue(message, session, message.payload().getInt());
    int base = message.payload().getInt();
    if (!RingFeature.RING_PACKED.in(session.features()) && (base < 0 || base > MAX_SPLIT_BASE)) {
      throw new ProtocolException(
          "SET_VRING_BASE %d: allowed are 0 to %d for a split ring"
              .formatted(Integer.toUnsignedLong(base), MAX_SPLIT_BASE));
    }
    queue.base(base);
  }

  static Optional<Message> stop(Message message, Session session) throws ProtocolException {
    int index = message.payload().getInt();
    int base = queue(message, session, index).stop();
    return Requests.reply(message, Requests.payload(8).putInt(index).putInt(base));
  }

  static void kick(Message message, Session session) throws ProtocolException {
    long value = message.payload().getLong();
    queue(message, session, value & INDEX_MASK).kick(descriptor(message, value));
  }

  static void call(Message message, Session session) throws ProtocolException {
    long value = message.payload().getLong();
    queue(message, session, value & INDEX_MASK).call(descriptor(message, value));
  }

  static void error(Message message, Session session) throws ProtocolException {
    long value = message.payload().getLong();
    queue(message, session, value & INDEX_MASK).error(descriptor(message, value));
  }

  /** The number beside the index is reserved; front-ends set it to 0, and nothing reads it. */
  static void kicked(Message message, Session session) throws ProtocolException {
    queue(message, session, message.payload().getInt()).kicked();
  }

  private static int descriptor(Message message, long value) throws ProtocolException {
    boolean wanted = (value & NO_DESCRIPTOR) == 0;
    if ((value & ~(INDEX_MASK | NO_DESCRIPTOR)) != 0
        || message.descriptorCount() != (wanted ? 1 : 0)) {
      throw new ProtocolException(
          "%s 0x%x with %d descriptors: the lowest 8 bits are the queue, bit 8 says that no descriptor comes"
              .formatted(Requests.name(message), value, message.descriptorCount()));
    }
    return wanted ? message.claim()[0] : NONE;
  }

  static void enable(Message message, Session session) throws ProtocolException {
    QueueSession queue = queue(message, session, message.payload().getInt());
    int value = message.payload().getInt();
    if (value < 0 || value > 1) {
      throw new ProtocolException(
          "SET_VRING_ENABLE %d: allowed are 0 and 1".formatted(Integer.toUnsignedLong(value)));
    }
    queue.enable(value == 1);
  }

  private static QueueSession queue(Message message, Session session, long index)
      throws ProtocolException {
    if (index < 0 || index >= session.maxQueues()) {
      throw new ProtocolException(
          "%s for queue %d: the port has %d"
              .formatted(Requests.name(message), index & 0xffff_ffffL, session.maxQueues()));
    }
    return session.queue((int) index);
  }
}
