package io.mooring.container.broken;

import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import io.mooring.protocol.VhostUserProtocol;
import java.util.Optional;

/** The protocol as it is, but for a message. */
abstract class BrokenProtocol implements Protocol {

  private final Protocol protocol = new VhostUserProtocol();

  @Override
  public long features() {
    return protocol.features();
  }

  @Override
  public Optional<Message> handle(Message message, Session session) throws ProtocolException {
    return protocol.handle(message, session);
  }

  @Override
  public Message request(BackendEvent event) {
    return protocol.request(event);
  }

  /** Throws on a question that no rehearsal asks. */
  public static final class ThrowsOnGetFeatures extends BrokenProtocol {

    @Override
    public Optional<Message> handle(Message message, Session session) throws ProtocolException {
      if (message.request() == Request.GET_FEATURES.number()) {
        throw new IllegalStateException("no features");
      }
      return super.handle(message, session);
    }
  }

  /** Throws when a queue is to stop. */
  public static final class ThrowsOnStop extends BrokenProtocol {

    @Override
    public Optional<Message> handle(Message message, Session session) throws ProtocolException {
      if (message.request() == Request.GET_VRING_BASE.number()) {
        throw new IllegalStateException("no end");
      }
      return super.handle(message, session);
    }
  }

  /** Answers nothing. */
  public static final class Silent extends BrokenProtocol {

    @Override
    public Optional<Message> handle(Message message, Session session) throws ProtocolException {
      super.handle(message, session);
      return Optional.empty();
    }
  }
}
