package io.mooring.protocol;

import static io.mooring.api.protocol.ProtocolFeature.BACKEND_REQ;
import static io.mooring.api.protocol.ProtocolFeature.BACKEND_SEND_FD;
import static io.mooring.api.protocol.ProtocolFeature.CONFIG;
import static io.mooring.api.protocol.ProtocolFeature.CONFIGURE_MEM_SLOTS;
import static io.mooring.api.protocol.ProtocolFeature.CROSS_ENDIAN;
import static io.mooring.api.protocol.ProtocolFeature.CRYPTO_SESSION;
import static io.mooring.api.protocol.ProtocolFeature.DEVICE_STATE;
import static io.mooring.api.protocol.ProtocolFeature.GET_VRING_BASE_INFLIGHT;
import static io.mooring.api.protocol.ProtocolFeature.INBAND_NOTIFICATIONS;
import static io.mooring.api.protocol.ProtocolFeature.INFLIGHT_SHMFD;
import static io.mooring.api.protocol.ProtocolFeature.LOG_SHMFD;
import static io.mooring.api.protocol.ProtocolFeature.MQ;
import static io.mooring.api.protocol.ProtocolFeature.NET_MTU;
import static io.mooring.api.protocol.ProtocolFeature.PAGEFAULT;
import static io.mooring.api.protocol.ProtocolFeature.PROFILE;
import static io.mooring.api.protocol.ProtocolFeature.RARP;
import static io.mooring.api.protocol.ProtocolFeature.REPLY_ACK;
import static io.mooring.api.protocol.ProtocolFeature.RESET_DEVICE;
import static io.mooring.api.protocol.ProtocolFeature.SHARED_OBJECT;
import static io.mooring.api.protocol.ProtocolFeature.SHMEM;
import static io.mooring.api.protocol.ProtocolFeature.STATUS;
import static io.mooring.protocol.Rule.asked;
import static io.mooring.protocol.Rule.change;
import static io.mooring.protocol.Rule.question;
import static io.mooring.protocol.Rule.unserved;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of requests, in the order of their numbers. */
final class Requests {

  /** The protocol features whose requests this back-end serves. */
  static final long FEATURES =
      MQ.mask()
          | LOG_SHMFD.mask()
          | RARP.mask()
          | REPLY_ACK.mask()
          | NET_MTU.mask()
          | BACKEND_REQ.mask()
          | PAGEFAULT.mask()
          | CONFIG.mask()
          | BACKEND_SEND_FD.mask()
          | INFLIGHT_SHMFD.mask()
          | RESET_DEVICE.mask()
          | INBAND_NOTIFICATIONS.mask()
          | CONFIGURE_MEM_SLOTS.mask()
          | STATUS.mask()
          | SHARED_OBJECT.mask()
          | DEVICE_STATE.mask()
          | GET_VRING_BASE_INFLIGHT.mask()
          | SHMEM.mask()
          | PROFILE.mask();

  /** SET_MEM_TABLE's own limit; ADD_MEM_REG goes beyond. */
  private static final int TABLE_REGIONS = 8;

  static final List<Rule> TABLE =
      List.of(
          question(
              Request.GET_FEATURES,
              Payload.NONE,
              (message, session) -> value(message, session.offeredFeatures())),
          change(Request.SET_FEATURES, Payload.U64, 0, Settings::features),
          change(Request.SET_OWNER, Payload.NONE, 0, (message, session) -> {}),
          change(Request.RESET_OWNER, Payload.NONE, 0, (message, session) -> session.stop()),
          asked(
              Request.SET_MEM_TABLE,
              Payload.MEMORY_REGIONS,
              TABLE_REGIONS,
              Answer.ON_REQUEST,
              Memory::table),
          change(Request.SET_LOG_BASE, Payload.LOG, 1, Migration::logBase)
              .needing(LOG_SHMFD)
              .answering(Answer.LAST_WORD),
          // The front-end reads the log anyway: the descriptor is closed by the caller.
          change(Request.SET_LOG_FD, Payload.NONE, 1, (message, session) -> {}),
          change(Request.SET_VRING_NUM, Payload.VRING_STATE, 0, Vrings::size),
          change(Request.SET_VRING_ADDR, Payload.VRING_ADDRESS, 0, Vrings::addresses),
          change(Request.SET_VRING_BASE, Payload.VRING_STATE, 0, Vrings::base),
          question(Request.GET_VRING_BASE, Payload.VRING_STATE, Vrings::stop),
          change(Request.SET_VRING_KICK, Payload.U64, 1, Vrings::kick),
          change(Request.SET_VRING_CALL, Payload.U64, 1, Vrings::call),
          change(Request.SET_VRING_ERR, Payload.U64, 1, Vrings::error),
          question(
              Request.GET_PROTOCOL_FEATURES,
              Payload.NONE,
              (message, session) -> value(message, session.offeredProtocolFeatures())),
          change(Request.SET_PROTOCOL_FEATURES, Payload.U64, 0, Settings::protocolFeatures),
          question(
                  Request.GET_QUEUE_NUM,
                  Payload.NONE,
                  (message, session) -> value(message, session.queueNumber()))
              .needing(MQ),
          change(Request.SET_VRING_ENABLE, Payload.VRING_STATE, 0, Vrings::enable),
          change(Request.SEND_RARP, Payload.U64, 0, Settings::announce).needing(RARP),
          change(Request.NET_SET_MTU, Payload.U64, 0, Settings::mtu).needing(NET_MTU),
          change(Request.SET_BACKEND_REQ_FD, Payload.NONE, 1, Settings::backend)
              .needing(BACKEND_REQ),
          change(Request.IOTLB_MSG, Payload.IOTLB, 0, Memory::iotlb).answering(Answer.RESULT),
          unserved(Request.SET_VRING_ENDIAN, Payload.VRING_STATE, 0, CROSS_ENDIAN),
          asked(Request.GET_CONFIG, Payload.CONFIG, 0, Answer.EMPTY_IF_REFUSED, Configuration::read)
              .needing(CONFIG),
          change(Request.SET_CONFIG, Payload.CONFIG, 0, Configuration::write).needing(CONFIG),
          unserved(Request.CREATE_CRYPTO_SESSION, Payload.CRYPTO_SESSION, 0, CRYPTO_SESSION),
          unserved(Request.CLOSE_CRYPTO_SESSION, Payload.U64, 0, CRYPTO_SESSION),
          asked(
                  Request.POSTCOPY_ADVISE,
                  Payload.NONE,
                  0,
                  Answer.EMPTY_IF_REFUSED,
                  Migration::advise)
              .needing(PAGEFAULT),
          change(
                  Request.POSTCOPY_LISTEN,
                  Payload.NONE,
                  0,
                  (message, session) -> session.migration().listenPostcopy())
              .needing(PAGEFAULT),
          change(
                  Request.POSTCOPY_END,
                  Payload.NONE,
                  0,
                  (message, session) -> session.migration().endPostcopy())
              .needing(PAGEFAULT)
              .answering(Answer.RESULT),
          question(Request.GET_INFLIGHT_FD, Payload.INFLIGHT, Inflight::make)
              .needing(INFLIGHT_SHMFD),
          change(Request.SET_INFLIGHT_FD, Payload.INFLIGHT, 1, Inflight::take)
              .needing(INFLIGHT_SHMFD),
          // No feature of its own: only GPU devices have it, and none of them is here.
          change(Request.GPU_SET_SOCKET, Payload.NONE, 1, Requests::refuse),
          change(Request.RESET_DEVICE, Payload.NONE, 0, (message, session) -> session.reset())
              .needing(RESET_DEVICE),
          change(Request.VRING_KICK, Payload.VRING_STATE, 0, Vrings::kicked)
              .needing(INBAND_NOTIFICATIONS),
          question(
                  Request.GET_MAX_MEM_SLOTS,
                  Payload.NONE,
                  (message, session) -> value(message, session.memorySlots()))
              .needing(CONFIGURE_MEM_SLOTS),
          asked(Request.ADD_MEM_REG, Payload.MEMORY_REGION, 1, Answer.ON_REQUEST, Memory::add)
              .needing(CONFIGURE_MEM_SLOTS),
          // The descriptor that some front-ends send along is not needed: the caller closes it.
          change(Request.REM_MEM_REG, Payload.MEMORY_REGION, 1, Memory::remove)
              .needing(CONFIGURE_MEM_SLOTS),
          change(Request.SET_STATUS, Payload.U64, 0, Settings::status).needing(STATUS),
          question(
                  Request.GET_STATUS,
                  Payload.NONE,
                  (message, session) -> value(message, session.status()))
              .needing(STATUS),
          question(Request.GET_SHARED_OBJECT, Payload.UUID, Requests::noObject)
              .needing(SHARED_OBJECT),
          change(Request.SET_DEVICE_STATE_FD, Payload.TRANSFER, 1, Migration::transfer)
              .needing(DEVICE_STATE)
              .answering(Answer.TRANSFER),
          change(
                  Request.CHECK_DEVICE_STATE,
                  Payload.NONE,
                  0,
                  (message, session) -> session.migration().checkState())
              .needing(DEVICE_STATE)
              .answering(Answer.RESULT),
          question(Request.GET_SHMEM_CONFIG, Payload.NONE, Requests::noSharedMemory).needing(SHMEM),
          asked(Request.SET_PROFILE, Payload.TEXT, 0, Answer.RESULT_AND_TEXT, ProfileMessages::set)
              .needing(PROFILE),
          asked(Request.GET_PROFILE, Payload.NONE, 0, Answer.RESULT_AND_TEXT, ProfileMessages::get)
              .needing(PROFILE));

  private static final Map<Request, Rule> BY_REQUEST = new EnumMap<>(Request.class);

  static {
    TABLE.forEach(rule -> BY_REQUEST.put(rule.request(), rule));
  }

  private Requests() {}

  /** The rule of a request. */
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

  /**
   * An answer with a payload.
   *
   * @param written is flipped here
   * @param descriptors the answer's from now on
   */
  static Optional<Message> reply(Message asked, ByteBuffer written, int... descriptors) {
    return Optional.of(
        new Message(asked.request(), Message.VERSION | Message.REPLY, written.flip(), descriptors));
  }

  private static void refuse(Message message, Session session) throws ProtocolException {
    throw new ProtocolException("%s is not served".formatted(name(message)));
  }

  /** Nothing here is shared by a UUID: the answer comes without a descriptor. */
  private static Optional<Message> noObject(Message message, Session session) {
    return reply(message, payload(message.payload().remaining()).put(message.payload()));
  }

  /** No device here has shared memory regions: their count and 256 sizes are 0. */
  private static Optional<Message> noSharedMemory(Message message, Session session) {
    int bytes = 2 * Integer.BYTES + 256 * Long.BYTES;
    return reply(message, payload(bytes).position(bytes));
  }

  /** Whether a message without an answer of its own is to be answered with success or failure. */
  static boolean wantsAcknowledgement(Message message, Session session) {
    return message.needsReply() && REPLY_ACK.in(session.protocolFeatures());
  }
}
