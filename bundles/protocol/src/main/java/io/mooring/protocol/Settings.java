package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;

/** Requests that set a single value of the whole port. */
final class Settings {

  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65535;
  private static final int MAX_STATUS = 0xff;

  private Settings() {}

  static void features(Message message, Session session) throws ProtocolException {
    long wanted = message.payload().getLong();
    refuseStrangers("SET_FEATURES", wanted, session.offeredFeatures());
    session.features(wanted);
  }

  static void protocolFeatures(Message message, Session session) throws ProtocolException {
    long wanted = message.payload().getLong();
    refuseStrangers("SET_PROTOCOL_FEATURES", wanted, session.offeredProtocolFeatures());
    refuseLoners(wanted, ProtocolFeature.INBAND_NOTIFICATIONS, ProtocolFeature.BACKEND_REQ);
    refuseLoners(wanted, ProtocolFeature.INBAND_NOTIFICATIONS, ProtocolFeature.REPLY_ACK);
    refuseLoners(wanted, ProtocolFeature.GET_VRING_BASE_INFLIGHT, ProtocolFeature.INFLIGHT_SHMFD);
    session.protocolFeatures(wanted);
  }

  private static void refuseLoners(long wanted, ProtocolFeature feature, ProtocolFeature needed)
      throws ProtocolException {
    if (feature.in(wanted) && !needed.in(wanted)) {
      throw new ProtocolException(
          "SET_PROTOCOL_FEATURES 0x%x has %s without %s".formatted(wanted, feature, needed));
    }
  }

  private static void refuseStrangers(String request, long wanted, long offered)
      throws ProtocolException {
    if ((wanted & ~offered) != 0) {
      throw new ProtocolException(
          "%s 0x%x has bits 0x%x that are not offered; offered are 0x%x"
              .formatted(request, wanted, wanted & ~offered, offered));
    }
  }

  static void backend(Message message, Session session) throws ProtocolException {
    if (message.descriptorCount() != 1) {
      throw new ProtocolException("SET_BACKEND_REQ_FD has no descriptor, it needs one");
    }
    session.backend(message.claim()[0]);
  }

  static void mtu(Message message, Session session) throws ProtocolException {
    long bytes = message.payload().getLong();
    if (bytes < MIN_MTU || bytes > MAX_MTU) {
      throw new ProtocolException(
          "NET_SET_MTU %s: allowed are %d to %d"
              .formatted(Long.toUnsignedString(bytes), MIN_MTU, MAX_MTU));
    }
    session.mtu((int) bytes);
  }

  static void announce(Message message, Session session) {
    session.announce(message.payload().getLong() & 0xffff_ffff_ffffL);
  }

  static void status(Message message, Session session) throws ProtocolException {
    long status = message.payload().getLong();
    if (status < 0 || status > MAX_STATUS) {
      throw new ProtocolException(
          "SET_STATUS 0x%x: allowed are 0 to 0x%x".formatted(status, MAX_STATUS));
    }
    if (status == 0) {
      session.reset();
    } else {
      session.status((int) status);
    }
  }
}
