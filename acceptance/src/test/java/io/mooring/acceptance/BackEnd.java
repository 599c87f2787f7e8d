package io.mooring.acceptance;

import static io.mooring.api.virtio.NetFeature.CSUM;
import static io.mooring.api.virtio.NetFeature.CTRL_RX;
import static io.mooring.api.virtio.NetFeature.CTRL_VQ;
import static io.mooring.api.virtio.NetFeature.GSO;
import static io.mooring.api.virtio.NetFeature.GUEST_ANNOUNCE;
import static io.mooring.api.virtio.NetFeature.GUEST_CSUM;
import static io.mooring.api.virtio.NetFeature.GUEST_ECN;
import static io.mooring.api.virtio.NetFeature.GUEST_TSO4;
import static io.mooring.api.virtio.NetFeature.GUEST_TSO6;
import static io.mooring.api.virtio.NetFeature.GUEST_UFO;
import static io.mooring.api.virtio.NetFeature.HOST_ECN;
import static io.mooring.api.virtio.NetFeature.HOST_TSO4;
import static io.mooring.api.virtio.NetFeature.HOST_TSO6;
import static io.mooring.api.virtio.NetFeature.HOST_UFO;
import static io.mooring.api.virtio.NetFeature.MQ;
import static io.mooring.api.virtio.NetFeature.MRG_RXBUF;
import static io.mooring.api.virtio.NetFeature.MTU;
import static io.mooring.api.virtio.RingFeature.ACCESS_PLATFORM;
import static io.mooring.api.virtio.RingFeature.ANY_LAYOUT;
import static io.mooring.api.virtio.RingFeature.EVENT_IDX;
import static io.mooring.api.virtio.RingFeature.INDIRECT_DESC;
import static io.mooring.api.virtio.RingFeature.IN_ORDER;
import static io.mooring.api.virtio.RingFeature.LOG_ALL;
import static io.mooring.api.virtio.RingFeature.NOTIFY_ON_EMPTY;
import static io.mooring.api.virtio.RingFeature.PROTOCOL_FEATURES;
import static io.mooring.api.virtio.RingFeature.RING_PACKED;
import static io.mooring.api.virtio.RingFeature.VERSION_1;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Other back-ends, as their sources have it. */
enum BackEnd {
  DPDK(
      "DPDK 26.07",
      "lib/vhost of DPDK: vhost_message_handlers, RTE_VHOST_USER features, and vhost_crypto",
      EnumSet.of(
          Request.SET_LOG_FD,
          Request.SEND_RARP,
          Request.NET_SET_MTU,
          Request.SET_BACKEND_REQ_FD,
          Request.IOTLB_MSG,
          Request.GET_CONFIG,
          Request.SET_CONFIG,
          Request.CREATE_CRYPTO_SESSION,
          Request.CLOSE_CRYPTO_SESSION,
          Request.POSTCOPY_ADVISE,
          Request.POSTCOPY_LISTEN,
          Request.POSTCOPY_END,
          Request.GET_INFLIGHT_FD,
          Request.SET_INFLIGHT_FD,
          Request.GET_MAX_MEM_SLOTS,
          Request.ADD_MEM_REG,
          Request.REM_MEM_REG,
          Request.SET_STATUS,
          Request.GET_STATUS),
      EnumSet.of(
          ProtocolFeature.RARP,
          ProtocolFeature.REPLY_ACK,
          ProtocolFeature.NET_MTU,
          ProtocolFeature.BACKEND_REQ,
          ProtocolFeature.CRYPTO_SESSION,
          ProtocolFeature.PAGEFAULT,
          ProtocolFeature.BACKEND_SEND_FD,
          ProtocolFeature.HOST_NOTIFIER,
          ProtocolFeature.CONFIGURE_MEM_SLOTS,
          ProtocolFeature.STATUS),
      EnumSet.of(
          LOG_ALL,
          ANY_LAYOUT,
          INDIRECT_DESC,
          EVENT_IDX,
          PROTOCOL_FEATURES,
          VERSION_1,
          ACCESS_PLATFORM,
          RING_PACKED,
          IN_ORDER),
      EnumSet.of(
          CSUM,
          GUEST_CSUM,
          MTU,
          GSO,
          GUEST_TSO4,
          GUEST_TSO6,
          GUEST_ECN,
          GUEST_UFO,
          HOST_TSO4,
          HOST_TSO6,
          HOST_ECN,
          HOST_UFO,
          MRG_RXBUF,
          CTRL_VQ,
          CTRL_RX,
          GUEST_ANNOUNCE,
          MQ)),
  VPP(
      "VPP 26.06",
      "src/plugins/vhost/vhost_user.c of VPP (commit 0189558161ba): vhost_user_socket_read, with"
          + " event-idx, gso and packed enabled",
      EnumSet.of(Request.SET_LOG_FD),
      EnumSet.noneOf(ProtocolFeature.class),
      EnumSet.of(
          LOG_ALL, ANY_LAYOUT, INDIRECT_DESC, EVENT_IDX, PROTOCOL_FEATURES, VERSION_1, RING_PACKED),
      EnumSet.of(
          CSUM,
          GUEST_CSUM,
          GUEST_TSO4,
          GUEST_TSO6,
          GUEST_UFO,
          HOST_TSO4,
          HOST_TSO6,
          HOST_UFO,
          MRG_RXBUF,
          CTRL_VQ,
          GUEST_ANNOUNCE,
          MQ)),
  LIBVHOST_USER(
      "libvhost-user",
      "subprojects/libvhost-user of QEMU (commit 05a58ce47167): vu_process_message,"
          + " vu_get_protocol_features_exec with what a device may add, vu_get_features_exec",
      EnumSet.of(
          Request.SET_LOG_FD,
          Request.SET_BACKEND_REQ_FD,
          Request.GET_CONFIG,
          Request.SET_CONFIG,
          Request.POSTCOPY_ADVISE,
          Request.POSTCOPY_LISTEN,
          Request.POSTCOPY_END,
          Request.GET_INFLIGHT_FD,
          Request.SET_INFLIGHT_FD,
          Request.VRING_KICK,
          Request.GET_MAX_MEM_SLOTS,
          Request.ADD_MEM_REG,
          Request.REM_MEM_REG,
          Request.GET_SHARED_OBJECT),
      EnumSet.of(
          ProtocolFeature.REPLY_ACK,
          ProtocolFeature.BACKEND_REQ,
          ProtocolFeature.PAGEFAULT,
          ProtocolFeature.CONFIG,
          ProtocolFeature.BACKEND_SEND_FD,
          ProtocolFeature.HOST_NOTIFIER,
          ProtocolFeature.INFLIGHT_SHMFD,
          ProtocolFeature.INBAND_NOTIFICATIONS,
          ProtocolFeature.CONFIGURE_MEM_SLOTS,
          ProtocolFeature.SHARED_OBJECT),
      EnumSet.of(NOTIFY_ON_EMPTY, LOG_ALL, INDIRECT_DESC, EVENT_IDX, PROTOCOL_FEATURES, VERSION_1),
      EnumSet.noneOf(NetFeature.class)),
  RUST_VMM(
      "rust-vmm",
      "vhost/src/vhost_user/backend_req_handler.rs of rust-vmm/vhost (commit 0c4a2c537c91):"
          + " handle_request with all of the crate's features, and the queues of virtio-queue",
      EnumSet.of(
          Request.SET_BACKEND_REQ_FD,
          Request.GET_CONFIG,
          Request.SET_CONFIG,
          Request.POSTCOPY_ADVISE,
          Request.POSTCOPY_LISTEN,
          Request.POSTCOPY_END,
          Request.GET_INFLIGHT_FD,
          Request.SET_INFLIGHT_FD,
          Request.GPU_SET_SOCKET,
          Request.RESET_DEVICE,
          Request.GET_MAX_MEM_SLOTS,
          Request.ADD_MEM_REG,
          Request.REM_MEM_REG,
          Request.SET_DEVICE_STATE_FD,
          Request.CHECK_DEVICE_STATE),
      EnumSet.of(
          ProtocolFeature.REPLY_ACK,
          ProtocolFeature.BACKEND_REQ,
          ProtocolFeature.PAGEFAULT,
          ProtocolFeature.CONFIG,
          ProtocolFeature.INFLIGHT_SHMFD,
          ProtocolFeature.RESET_DEVICE,
          ProtocolFeature.CONFIGURE_MEM_SLOTS,
          ProtocolFeature.XEN_MMAP,
          ProtocolFeature.DEVICE_STATE),
      EnumSet.of(LOG_ALL, INDIRECT_DESC, EVENT_IDX, PROTOCOL_FEATURES, VERSION_1),
      EnumSet.noneOf(NetFeature.class));

  /** What all of them have. */
  private static final Set<Request> BASE =
      EnumSet.of(
          Request.GET_FEATURES,
          Request.SET_FEATURES,
          Request.SET_OWNER,
          Request.RESET_OWNER,
          Request.SET_MEM_TABLE,
          Request.SET_LOG_BASE,
          Request.SET_VRING_NUM,
          Request.SET_VRING_ADDR,
          Request.SET_VRING_BASE,
          Request.GET_VRING_BASE,
          Request.SET_VRING_KICK,
          Request.SET_VRING_CALL,
          Request.SET_VRING_ERR,
          Request.GET_PROTOCOL_FEATURES,
          Request.SET_PROTOCOL_FEATURES,
          Request.GET_QUEUE_NUM,
          Request.SET_VRING_ENABLE);

  private static final Set<ProtocolFeature> BASE_FEATURES =
      EnumSet.of(ProtocolFeature.MQ, ProtocolFeature.LOG_SHMFD);

  private final String title;
  private final String source;
  private final long requests;
  private final long features;
  private final long rings;
  private final long net;

  BackEnd(
      String title,
      String source,
      Set<Request> requests,
      Set<ProtocolFeature> features,
      Set<RingFeature> rings,
      Set<NetFeature> net) {
    this.title = title;
    this.source = source;
    this.requests = bits(requests.stream().mapToInt(Request::number));
    this.features = bits(features.stream().mapToInt(ProtocolFeature::bit));
    this.rings = bits(rings.stream().mapToInt(RingFeature::bit));
    this.net = bits(net.stream().mapToInt(NetFeature::bit));
  }

  private static long bits(IntStream numbers) {
    return numbers.mapToLong(each -> 1L << each).sum();
  }

  private static boolean has(long bits, int number) {
    return number < Long.SIZE && ((bits >>> number) & 1) != 0;
  }

  String title() {
    return title;
  }

  /** Where it is read. */
  String source() {
    return source;
  }

  boolean serves(Request request) {
    return BASE.contains(request) || has(requests, request.number());
  }

  boolean serves(ProtocolFeature feature) {
    return BASE_FEATURES.contains(feature) || has(features, feature.bit());
  }

  boolean serves(RingFeature feature) {
    return has(rings, feature.bit());
  }

  /** Whether it is about devices at all: the libraries leave that to who uses them. */
  boolean isNet() {
    return net != 0;
  }

  boolean serves(NetFeature feature) {
    return has(net, feature.bit());
  }
}
