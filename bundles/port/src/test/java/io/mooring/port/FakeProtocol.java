package io.mooring.port;

import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A protocol that offers everything, and tells events with one number each. */
final class FakeProtocol implements Protocol {

  /** What it throws when it is to tell the next event, if not null. */
  final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  @Override
  public long features() {
    return (ProtocolFeature.SHMEM.mask() << 1) - 1;
  }

  @Override
  public Optional<Message> handle(Message message, Session session) {
    return Optional.empty();
  }

  @Override
  public Message request(BackendEvent event) {
    RuntimeException now = failure.getAndSet(null);
    if (now != null) {
      throw now;
    }
    return switch (event) {
      case BackendEvent.IotlbMiss miss -> message(1, Message.VERSION, miss.iova());
      case BackendEvent.ConfigurationChanged changed -> message(2, Message.VERSION, 0);
      case BackendEvent.QueueCall call ->
          message(4, Message.VERSION | Message.NEED_REPLY, call.queue());
      case BackendEvent.QueueError error ->
          message(5, Message.VERSION | Message.NEED_REPLY, error.queue());
    };
  }

  private static Message message(int request, int flags, long value) {
    ByteBuffer payload = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new Message(request, flags, payload.putLong(value).flip());
  }
}
