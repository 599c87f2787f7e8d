package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.util.Optional;

/**
 * One row of the table of requests: what a message must look like, and what it does.
 *
 * @param request the request
 * @param payload its payload
 * @param descriptors the most descriptors that may come with it
 * @param answer how it is answered
 * @param needs the protocol feature that must have been negotiated, if any
 * @param handler what it does
 */
record Rule(
    Request request,
    Payload payload,
    int descriptors,
    Answer answer,
    Optional<ProtocolFeature> needs,
    Handler handler) {

  /** What a well-formed message does; the answer is empty when the request has none of its own. */
  @FunctionalInterface
  interface Handler {
    Optional<Message> handle(Message message, Session session) throws ProtocolException;
  }

  /** What a request that has no answer of its own does. */
  @FunctionalInterface
  interface Change {
    void make(Message message, Session session) throws ProtocolException;
  }

  static Rule change(Request request, Payload payload, int descriptors, Change change) {
    return asked(
        request,
        payload,
        descriptors,
        Answer.ON_REQUEST,
        (message, session) -> {
          change.make(message, session);
          return Optional.empty();
        });
  }

  static Rule question(Request request, Payload payload, Handler handler) {
    return asked(request, payload, 0, Answer.OWN, handler);
  }

  /** A request of a feature that is not offered: known only by its name. */
  static Rule unserved(Request request, Payload payload, int descriptors, ProtocolFeature feature) {
    return change(request, payload, descriptors, (message, session) -> {}).needing(feature);
  }

  /** A request whose handler may give an answer of its own. */
  static Rule asked(
      Request request, Payload payload, int descriptors, Answer answer, Handler handler) {
    return new Rule(request, payload, descriptors, answer, Optional.empty(), handler);
  }

  Rule needing(ProtocolFeature feature) {
    return new Rule(request, payload, descriptors, answer, Optional.of(feature), handler);
  }

  Rule answering(Answer other) {
    return new Rule(request, payload, descriptors, other, needs, handler);
  }

  /** Refuses a message of another form, before anything was done. */
  void checkForm(Message message) throws ProtocolException {
    int bytes = message.payload().remaining();
    if (!payload.allows(bytes)) {
      throw new ProtocolException(
          "%s has a payload of %d bytes, it takes %s".formatted(name(), bytes, payload));
    }
    if (message.descriptorCount() > descriptors) {
      throw new ProtocolException(
          "%s has %d descriptors, it takes at most %d"
              .formatted(name(), message.descriptorCount(), descriptors));
    }
  }

  /** Obeys a well-formed message. */
  Optional<Message> obey(Message message, Session session) throws ProtocolException {
    if (!served(session)) {
      throw new ProtocolException(
          "%s needs protocol feature %s, which was not negotiated".formatted(name(), needs.get()));
    }
    return handler.handle(message, session);
  }

  /** Whether the protocol feature that the request belongs to was negotiated. */
  boolean served(Session session) {
    return needs.isEmpty() || needs.get().in(session.protocolFeatures());
  }

  String name() {
    return "%s (request %d)".formatted(request, request.number());
  }
}
