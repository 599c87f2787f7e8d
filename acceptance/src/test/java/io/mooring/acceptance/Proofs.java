package io.mooring.acceptance;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.RingFeature;

/** Which tests prove that Mooring serves a thing; where it does not, the one of refusals. */
final class Proofs {

  private static final String REFUSED = "MessageFormTest";

  private Proofs() {}

  static String of(Request request) {
    return switch (request) {
      case GET_FEATURES,
          SET_FEATURES,
          SET_OWNER,
          GET_PROTOCOL_FEATURES,
          SET_PROTOCOL_FEATURES,
          GET_QUEUE_NUM,
          NET_SET_MTU,
          SET_STATUS,
          GET_STATUS ->
          "SettingMessagesTest, DpdkRingsTest";
      case SET_MEM_TABLE -> "MemoryMessagesTest, DpdkRingsTest";
      case ADD_MEM_REG, REM_MEM_REG, GET_MAX_MEM_SLOTS -> "MemoryMessagesTest, PortSessionTest";
      case SET_VRING_NUM,
          SET_VRING_ADDR,
          SET_VRING_BASE,
          GET_VRING_BASE,
          SET_VRING_KICK,
          SET_VRING_CALL,
          SET_VRING_ENABLE ->
          "VringMessagesTest, DpdkRingsTest";
      case SET_VRING_ERR, VRING_KICK -> "VringMessagesTest, PortQueueTest";
      case SET_LOG_BASE, SET_LOG_FD -> "MigrationMessagesTest, LoggingTest";
      case POSTCOPY_ADVISE, POSTCOPY_LISTEN, POSTCOPY_END ->
          "MigrationMessagesTest, PostcopyTest, MigrationTest";
      case SET_DEVICE_STATE_FD, CHECK_DEVICE_STATE ->
          "MigrationMessagesTest, PortMigrationTest, ControlQueueTest";
      case GET_INFLIGHT_FD, SET_INFLIGHT_FD -> "DeviceMessagesTest, PortInflightTest";
      case GET_CONFIG, SET_CONFIG -> "DeviceMessagesTest, NetConfigurationTest";
      case RESET_OWNER, RESET_DEVICE -> "DeviceMessagesTest, PortSessionTest";
      case GET_SHARED_OBJECT, GET_SHMEM_CONFIG -> "DeviceMessagesTest";
      case SEND_RARP -> "SettingMessagesTest, NetControlTest";
      case SET_BACKEND_REQ_FD -> "DeviceMessagesTest, BackendChannelTest";
      case IOTLB_MSG -> "IotlbMessagesTest, IommuTest, DpdkInGuestTest";
      case SET_PROFILE, GET_PROFILE -> "ProfileMessagesTest, ProfileChannelTest";
      case SET_VRING_ENDIAN, CREATE_CRYPTO_SESSION, CLOSE_CRYPTO_SESSION, GPU_SET_SOCKET -> REFUSED;
    };
  }

  static String of(ProtocolFeature feature) {
    return switch (feature) {
      case MQ -> "DpdkRingsTest";
      case LOG_SHMFD -> "LoggingTest, MigrationTest";
      case RARP -> "NetControlTest";
      case REPLY_ACK -> "MessageFormTest, OthersFixesTest";
      case NET_MTU -> "NetMtuTest";
      case BACKEND_REQ, INBAND_NOTIFICATIONS -> "BackendChannelTest";
      case PAGEFAULT -> "PortMigrationTest, PostcopyTest";
      case DEVICE_STATE -> "PortMigrationTest, ControlQueueTest";
      case CONFIG -> "NetConfigurationTest";
      case BACKEND_SEND_FD, SHARED_OBJECT, SHMEM -> "DeviceMessagesTest";
      case INFLIGHT_SHMFD, GET_VRING_BASE_INFLIGHT -> "InflightTest, PortInflightTest";
      case RESET_DEVICE, CONFIGURE_MEM_SLOTS, STATUS -> "PortSessionTest";
      case PROFILE -> "ProfileChannelTest";
      case CROSS_ENDIAN, CRYPTO_SESSION, HOST_NOTIFIER, XEN_MMAP, GPA_ADDRESSES ->
          "SettingMessagesTest";
    };
  }

  static String of(RingFeature feature) {
    return switch (feature) {
      case LOG_ALL -> "LoggingTest, MigrationTest";
      case ANY_LAYOUT -> "FrameReaderTest";
      case INDIRECT_DESC -> "BothSidesTest, RingLimitsTest";
      case EVENT_IDX -> "BothSidesTest, SplitQueueTest, PackedQueueTest";
      case PROTOCOL_FEATURES -> "SettingMessagesTest, PortQueueTest";
      case VERSION_1 -> "BothSidesTest, DpdkRingsTest";
      case ACCESS_PLATFORM -> "IommuTest, DpdkInGuestTest";
      case RING_PACKED, IN_ORDER -> "BothSidesTest, DpdkRingsTest, LoadTest";
      case NOTIFICATION_DATA, RING_RESET -> "ProvidedFeaturesTest";
      case NOTIFY_ON_EMPTY, ORDER_PLATFORM, SR_IOV, NOTIF_CONFIG_DATA, ADMIN_VQ ->
          "SettingMessagesTest";
    };
  }
}
