package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What each request looks like, read anew from the vhost-user specification: the tests' own table.
 *
 * @param least bytes of the shortest payload
 * @param most bytes of the longest payload
 * @param descriptors the most that come along
 * @param answered whether it has an answer of its own
 */
record Form(
    Request request,
    int least,
    int most,
    int descriptors,
    boolean answered,
    Optional<ProtocolFeature> needs) {

  static final List<Form> ALL =
      List.of(
          form(Request.GET_FEATURES, 0, 0, true),
          form(Request.SET_FEATURES, 8, 0, false),
          form(Request.SET_OWNER, 0, 0, false),
          form(Request.RESET_OWNER, 0, 0, false),
          new Form(Request.SET_MEM_TABLE, 40, 264, 8, false, Optional.empty()),
          form(Request.SET_LOG_BASE, 16, 1, true).of(ProtocolFeature.LOG_SHMFD),
          form(Request.SET_LOG_FD, 0, 1, false),
          form(Request.SET_VRING_NUM, 8, 0, false),
          form(Request.SET_VRING_ADDR, 40, 0, false),
          form(Request.SET_VRING_BASE, 8, 0, false),
          form(Request.GET_VRING_BASE, 8, 0, true),
          form(Request.SET_VRING_KICK, 8, 1, false),
          form(Request.SET_VRING_CALL, 8, 1, false),
          form(Request.SET_VRING_ERR, 8, 1, false),
          form(Request.GET_PROTOCOL_FEATURES, 0, 0, true),
          form(Request.SET_PROTOCOL_FEATURES, 8, 0, false),
          form(Request.GET_QUEUE_NUM, 0, 0, true).of(ProtocolFeature.MQ),
          form(Request.SET_VRING_ENABLE, 8, 0, false),
          form(Request.SEND_RARP, 8, 0, false).of(ProtocolFeature.RARP),
          form(Request.NET_SET_MTU, 8, 0, false).of(ProtocolFeature.NET_MTU),
          form(Request.SET_BACKEND_REQ_FD, 0, 1, false).of(ProtocolFeature.BACKEND_REQ),
          new Form(Request.IOTLB_MSG, 26, 32, 0, true, Optional.empty()),
          form(Request.SET_VRING_ENDIAN, 8, 0, false).of(ProtocolFeature.CROSS_ENDIAN),
          variable(Request.GET_CONFIG, 12, 4096, 0, true).of(ProtocolFeature.CONFIG),
          variable(Request.SET_CONFIG, 12, 4096, 0, false).of(ProtocolFeature.CONFIG),
          variable(Request.CREATE_CRYPTO_SESSION, 0, 4096, 0, false)
              .of(ProtocolFeature.CRYPTO_SESSION),
          form(Request.CLOSE_CRYPTO_SESSION, 8, 0, false).of(ProtocolFeature.CRYPTO_SESSION),
          form(Request.POSTCOPY_ADVISE, 0, 0, true).of(ProtocolFeature.PAGEFAULT),
          form(Request.POSTCOPY_LISTEN, 0, 0, false).of(ProtocolFeature.PAGEFAULT),
          form(Request.POSTCOPY_END, 0, 0, true).of(ProtocolFeature.PAGEFAULT),
          variable(Request.GET_INFLIGHT_FD, 20, 24, 0, true).of(ProtocolFeature.INFLIGHT_SHMFD),
          variable(Request.SET_INFLIGHT_FD, 20, 24, 1, false).of(ProtocolFeature.INFLIGHT_SHMFD),
          form(Request.GPU_SET_SOCKET, 0, 1, false),
          form(Request.RESET_DEVICE, 0, 0, false).of(ProtocolFeature.RESET_DEVICE),
          form(Request.VRING_KICK, 8, 0, false).of(ProtocolFeature.INBAND_NOTIFICATIONS),
          form(Request.GET_MAX_MEM_SLOTS, 0, 0, true).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.ADD_MEM_REG, 40, 1, false).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.REM_MEM_REG, 40, 1, false).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.SET_STATUS, 8, 0, false).of(ProtocolFeature.STATUS),
          form(Request.GET_STATUS, 0, 0, true).of(ProtocolFeature.STATUS),
          form(Request.GET_SHARED_OBJECT, 16, 0, true).of(ProtocolFeature.SHARED_OBJECT),
          form(Request.SET_DEVICE_STATE_FD, 8, 1, true).of(ProtocolFeature.DEVICE_STATE),
          form(Request.CHECK_DEVICE_STATE, 0, 0, true).of(ProtocolFeature.DEVICE_STATE),
          form(Request.GET_SHMEM_CONFIG, 0, 0, true).of(ProtocolFeature.SHMEM),
          variable(Request.SET_PROFILE, 1, 4096, 0, true).of(ProtocolFeature.PROFILE),
          form(Request.GET_PROFILE, 0, 0, true).of(ProtocolFeature.PROFILE));

  /** Requests that the project does not serve, whatever a front-end negotiates. */
  static final Set<Request> REFUSED =
      EnumSet.of(
          Request.SET_VRING_ENDIAN,
          Request.CREATE_CRYPTO_SESSION,
          Request.CLOSE_CRYPTO_SESSION,
          Request.GPU_SET_SOCKET);

  private static Form form(Request request, int bytes, int descriptors, boolean answered) {
    return new Form(request, bytes, bytes, descriptors, answered, Optional.empty());
  }

  private static Form variable(
      Request request, int least, int most, int descriptors, boolean answered) {
    return new Form(request, least, most, descriptors, answered, Optional.empty());
  }

  private Form of(ProtocolFeature feature) {
    return new Form(request, least, most, descriptors, answered, Optional.of(feature));
  }

  static Form of(Request request) {
    return ALL.stream().filter(each -> each.request == request).findFirst().orElseThrow();
  }

  boolean allows(int bytes) {
    // During post-copy, 64 bits acknowledge the regions that were answered.
    boolean regions =
        request == Request.SET_MEM_TABLE
            || request == Request.ADD_MEM_REG
            || request == Request.REM_MEM_REG;
    return (bytes >= least && bytes <= most) || (regions && bytes == 8);
  }

  /** Whether it is served, and has no answer of its own. */
  boolean change() {
    return !answered && !REFUSED.contains(request);
  }

  @Override
  public String toString() {
    return request.name();
  }
}
