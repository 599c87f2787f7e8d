package io.mooring.protocol;

import io.mooring.api.protocol.BackendEvent;
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

  /** An answer that could bring a descriptor says that it does not. */
  private static final long NO_DESCRIPTOR = 1 << 8;

  @Override
  public long features() {
    return Requests.FEATURES;
  }

  @Override
  public Message request(BackendEvent event) {
    return BackendRequests.message(event);
  }

  @Override
  public Optional<Message> handle(Message message, Session session) throws ProtocolException {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "port {}: {}, {} bytes, {} descriptors",
          session.port(),
          Requests.name(message),
          message.payload().remaining(),
          message.descriptorCount());
    }
    if ((message.flags() & Message.REPLY) != 0) {
      throw new ProtocolException(
          "%s comes as a reply, nothing was asked".formatted(Requests.name(message)));
    }
    // Asked before: SET_PROTOCOL_FEATURES itself is answered by what was negotiated until then.
    boolean asked = Requests.wantsAcknowledgement(message, session);
    Optional<Rule> rule = Requests.rule(message.request());
    if (rule.isPresent()) {
      checkForm(rule.get(), message, session);
    }
    Answer form = rule.map(Rule::answer).orElse(Answer.ON_REQUEST);
    try {
      if (rule.isEmpty()) {
        throw new ProtocolException("%s is not served".formatted(Requests.name(message)));
      }
      Optional<Message> answer = rule.get().obey(message, session);
      return answer.isPresent() ? answer : done(form, message, asked);
    } catch (ProtocolException reason) {
      if (form == Answer.LAST_WORD) {
        throw lastWord(rule.get(), message, session, reason);
      }
      Optional<Message> answer = refused(form, message, asked, reason.getMessage());
      if (answer.isEmpty()) {
        throw reason;
      }
      // The front-end is told, and decides itself whether it can go on.
      session.refused(reason.getMessage());
      return answer;
    }
  }

  /** A message of a wrong form ends the connection, whether somebody wants an answer or not. */
  private static void checkForm(Rule rule, Message message, Session session)
      throws ProtocolException {
    try {
      rule.checkForm(message);
    } catch (ProtocolException wrong) {
      throw rule.answer() == Answer.LAST_WORD ? lastWord(rule, message, session, wrong) : wrong;
    }
  }

  private static ProtocolException lastWord(
      Rule rule, Message message, Session session, ProtocolException reason) {
    return rule.served(session)
        ? new ProtocolException(reason, Requests.value(message, REFUSED).orElseThrow())
        : reason;
  }

  private static Optional<Message> done(Answer form, Message message, boolean asked) {
    return switch (form) {
      case ON_REQUEST -> asked ? Requests.value(message, DONE) : Optional.empty();
      case ALWAYS, LAST_WORD, RESULT -> Requests.value(message, DONE);
      case TRANSFER -> Requests.value(message, DONE | NO_DESCRIPTOR);
      case EMPTY_IF_REFUSED, RESULT_AND_TEXT, OWN -> Optional.empty();
    };
  }

  /** Empty when nothing can tell the front-end: it would take a failure for the answer. */
  private static Optional<Message> refused(
      Answer form, Message message, boolean asked, String reason) {
    return switch (form) {
      case ON_REQUEST, ALWAYS -> asked ? Requests.value(message, REFUSED) : Optional.empty();
      case RESULT -> Requests.value(message, REFUSED);
      case TRANSFER -> Requests.value(message, REFUSED | NO_DESCRIPTOR);
      case EMPTY_IF_REFUSED -> Requests.reply(message, Requests.payload(0));
      case RESULT_AND_TEXT -> ProfileMessages.answer(message, REFUSED, reason);
      case LAST_WORD, OWN -> Optional.empty();
    };
  }
}
