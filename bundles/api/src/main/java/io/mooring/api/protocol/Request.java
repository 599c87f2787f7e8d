package io.mooring.api.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Requests of the front-end (vhost-user, "Front-end message types"), in the order of their numbers,
 * which begin at 1; and behind them those of the profile extension (docs/profile-extension.md).
 */
public enum Request {
  GET_FEATURES,
  SET_FEATURES,
  SET_OWNER,
  RESET_OWNER,
  SET_MEM_TABLE,
  SET_LOG_BASE,
  SET_LOG_FD,
  SET_VRING_NUM,
  SET_VRING_ADDR,
  SET_VRING_BASE,
  GET_VRING_BASE,
  SET_VRING_KICK,
  SET_VRING_CALL,
  SET_VRING_ERR,
  GET_PROTOCOL_FEATURES,
  SET_PROTOCOL_FEATURES,
  GET_QUEUE_NUM,
  SET_VRING_ENABLE,
  SEND_RARP,
  NET_SET_MTU,
  SET_BACKEND_REQ_FD,
  IOTLB_MSG,
  SET_VRING_ENDIAN,
  GET_CONFIG,
  SET_CONFIG,
  CREATE_CRYPTO_SESSION,
  CLOSE_CRYPTO_SESSION,
  POSTCOPY_ADVISE,
  POSTCOPY_LISTEN,
  POSTCOPY_END,
  GET_INFLIGHT_FD,
  SET_INFLIGHT_FD,
  GPU_SET_SOCKET,
  RESET_DEVICE,
  VRING_KICK,
  GET_MAX_MEM_SLOTS,
  ADD_MEM_REG,
  REM_MEM_REG,
  SET_STATUS,
  GET_STATUS,
  GET_SHARED_OBJECT,
  SET_DEVICE_STATE_FD,
  CHECK_DEVICE_STATE,
  GET_SHMEM_CONFIG,
  SET_PROFILE(1024),
  GET_PROFILE(1025);

  private static final Map<Integer, Request> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Request::number, each -> each));

  private final int number;

  Request() {
    number = ordinal() + 1;
  }

  Request(int number) {
    this.number = number;
  }

  /** The request's number on the wire. */
  public int number() {
    return number;
  }

  /** The request with a number, if there is one. */
  public static Optional<Request> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }
}
