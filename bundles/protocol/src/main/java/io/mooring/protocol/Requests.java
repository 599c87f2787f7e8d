package io.mooring.protocol;

import static io.mooring.api.protocol.ProtocolFeature.CONFIGURE_MEM_SLOTS;
import static io.mooring.api.protocol.ProtocolFeature.MQ;
import static io.mooring.api.protocol.ProtocolFeature.NET_MTU;
import static io.mooring.api.protocol.ProtocolFeature.RARP;
import static io.mooring.api.protocol.ProtocolFeature.REPLY_ACK;
import static io.mooring.api.protocol.ProtocolFeature.STATUS;
import static io.mooring.protocol.Payload.MEMORY_REGION;
import static io.mooring.protocol.Payload.MEMORY_REGIONS;
import static io.mooring.protocol.Payload.NONE;
import static io.mooring.protocol.Payload.U64;
import static io.mooring.protocol.Payload.VRING_ADDRESS;
import static io.mooring.protocol.Payload.VRING_STATE;
import static io.mooring.protocol.Rule.change;
import static io.mooring.protocol.Rule.question;

import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of requests that this back-end serves, in the order of their numbers. */
final class Requests {

  /** The protocol features whose requests are in the table. */
  static final long FEATURES =
      MQ.mask()
          | RARP.mask()
          | REPLY_ACK.mask()
          | NET_MTU.mask()
          | CONFIGURE_MEM_SLOTS.mask()
          | STATUS.mask();

  /** SET_MEM_TABLE's own limit; ADD_MEM_REG goes beyond. */
  private static final int TABLE_REGIONS = 8;

  private static final List<Rule> TABLE =
      List.of(
          question(
              Request.GET_FEATURES,
              NONE,
              (message, session) -> value(message, session.offeredFeatures())),
          change(Request.SET_FEATURES, U64, 0, Settings::features),
          change(Request.SET_OWNER, NONE, 0, (message, session) -> {}),
          change(Request.RESET_OWNER, NONE, 0, (message, session) -> session.reset()),
          change(Request.SET_MEM_TABLE, MEMORY_REGIONS, TABLE_REGIONS, Memory::table),
          change(Request.SET_VRING_NUM, VRING_STATE, 0, Vrings::size),
          change(Request.SET_VRING_ADDR, VRING_ADDRESS, 0, Vrings::addresses),
          change(Request.SET_VRING_BASE, VRING_STATE, 0, Vrings::base),
          question(Request.GET_VRING_BASE, VRING_STATE, Vrings::stop),
          change(Request.SET_VRING_KICK, U64, 1, Vrings::kick),
          change(Request.SET_VRING_CALL, U64, 1, Vrings::call),
          change(Request.SET_VRING_ERR, U64, 1, Vrings::error),
          question(
              Request.GET_PROTOCOL_FEATURES,
              NONE,
              (message, session) -> value(message, session.offeredProtocolFeatures())),
          change(Request.SET_PROTOCOL_FEATURES, U64, 0, Settings::protocolFeatures),
          question(
                  Request.GET_QUEUE_NUM,
                  NONE,
                  (message, session) -> value(message, session.queueNumber()))
              .needing(MQ),
          change(Request.SET_VRING_ENABLE, VRING_STATE, 0, Vrings::enable),
          change(Request.SEND_RARP, U64, 0, Settings::announce).needing(RARP),
          change(Request.NET_SET_MTU, U64, 0, Settings::mtu).needing(NET_MTU),
          question(
                  Request.GET_MAX_MEM_SLOTS,
                  NONE,
                  (message, session) -> value(message, session.memorySlots()))
              .needing(CONFIGURE_MEM_SLOTS),
          change(Request.ADD_MEM_REG, MEMORY_REGION, 1, Memory::add).needing(CONFIGURE_MEM_SLOTS),
          // The descriptor that some front-ends send along is not needed: the caller closes it.
          change(Request.REM_MEM_REG, MEMORY_REGION, 1, Memory::remove)
              .needing(CONFIGURE_MEM_SLOTS),
          change(Request.SET_STATUS, U64, 0, Settings::status).needing(STATUS),
          question(Request.GET_STATUS, NONE, (message, session) -> value(message, session.status()))
              .needing(STATUS));

  private static final Map<Request, Rule> BY_REQUEST = new EnumMap<>(Request.class);

  static {
    TABLE.forEach(rule -> BY_REQUEST.put(rule.request(), rule));
  }

  private Requests() {}

  /** The rule of a request that this back-end serves. */
  static Optional<Rule> rule(int number) {
    return Request.of(number).map(BY_REQUEST::get);
  }

  /** A message's request as messages to people have it. */
  static String name(Message message) {
    return Request.of(message.request()).map(Request::name).orElse("request")
        + " (request %d)".formatted(Integer.toUnsignedLong(message.request()));
  }

  /** An answer with a 64-bit value. */
  static Optional<Message> value(Message asked, long value) {
    return reply(asked, payload(Long.BYTES).putLong(value));
  }

  static ByteBuffer payload(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Optional<Message> reply(Message asked, ByteBuffer written) {
    return Optional.of(
        new Message(asked.request(), Message.VERSION | Message.REPLY, written.flip()));
  }

  /** Whether a message without an answer of its own is to be answered with success or failure. */
  static boolean wantsAcknowledgement(Message message, Session session) {
    return message.needsReply() && REPLY_ACK.in(session.protocolFeatures());
  }
}
