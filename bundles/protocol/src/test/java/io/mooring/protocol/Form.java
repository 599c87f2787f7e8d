package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import java.util.List;
import java.util.Optional;

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
          form(Request.GET_MAX_MEM_SLOTS, 0, 0, true).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.ADD_MEM_REG, 40, 1, false).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.REM_MEM_REG, 40, 1, false).of(ProtocolFeature.CONFIGURE_MEM_SLOTS),
          form(Request.SET_STATUS, 8, 0, false).of(ProtocolFeature.STATUS),
          form(Request.GET_STATUS, 0, 0, true).of(ProtocolFeature.STATUS));

  private static Form form(Request request, int bytes, int descriptors, boolean answered) {
    return new Form(request, bytes, bytes, descriptors, answered, Optional.empty());
  }

  private Form of(ProtocolFeature feature) {
    return new Form(request, least, most, descriptors, answered, Optional.of(feature));
  }

  static Form of(Request request) {
    return ALL.stream().filter(each -> each.request == request).findFirst().orElseThrow();
  }

  boolean allows(int bytes) {
    return bytes >= least && bytes <= most;
  }

  @Override
  public String toString() {
    return request.name();
  }
}
