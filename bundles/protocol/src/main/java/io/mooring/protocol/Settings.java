package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
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
    session.protocolFeatures(wanted);
  }

  private static void refuseStrangers(String request, long wanted, long offered)
      throws ProtocolException {
    if ((wanted & ~offered) != 0) {
      throw new ProtocolException(
          "%s 0x%x has bits 0x%x that are not offered; offered are 0x%x"
              .formatted(request, wanted, wanted & ~offered, offered));
    }
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
    }
    session.status((int) status);
  }
}
