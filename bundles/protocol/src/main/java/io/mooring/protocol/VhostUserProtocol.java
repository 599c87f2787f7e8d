package io.mooring.protocol;

import io.mooring.api.protocol.Protocol;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Obeys vhost-user messages by the table of {@link Requests}. */
@Component
public final class VhostUserProtocol implements Protocol {

  private static final Logger LOG = LoggerFactory.getLogger(VhostUserProtocol.class);

  private static final long DONE = 0;
  private static final long REFUSED = 1;

  @Override
  public long features() {
    return Requests.FEATURES;
  }

  @Override
  public Optional<Message> handle(Message message, Session session) throws ProtocolException {
    Optional<Rule> found = Requests.rule(message.request());
    if (found.isEmpty()) {
      throw new ProtocolException("%s is not served".formatted(Requests.name(message)));
    }
    if ((message.flags() & Message.REPLY) != 0) {
      throw new ProtocolException(
          "%s comes as a reply, nothing was asked".formatted(Requests.name(message)));
    }
    Rule rule = found.get();
    rule.check(message, session);
    // Asked before: SET_PROTOCOL_FEATURES itself is answered by what was negotiated until then.
    // A question that cannot be answered is not: the front-end would take it for the answer.
    boolean acknowledge = !rule.answers() && Requests.wantsAcknowledgement(message, session);
    try {
      Optional<Message> answer = rule.handler().handle(message, session);
      return acknowledge ? Requests.value(message, DONE) : answer;
    } catch (ProtocolException refused) {
      if (!acknowledge) {
        throw refused;
      }
      // The front-end asked to be told, and decides itself whether it can go on.
      LOG.warn("port {}: refused: {}", session.port(), refused.getMessage());
      return Requests.value(message, REFUSED);
    }
  }
}
