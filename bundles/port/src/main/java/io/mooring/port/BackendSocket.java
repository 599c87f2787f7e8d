package io.mooring.port;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.port.Complaints.Cause;
import java.io.IOException;
import java.util.Optional;

/** A session's way to ask its front-end, once that gave it a socket (SET_BACKEND_REQ_FD). */
final class BackendSocket {

  private final PortSession session;
  private final PortRooms rooms;
  private final Complaints complaints;
  private volatile Optional<BackendChannel> channel = Optional.empty();

  BackendSocket(PortSession session, PortRooms rooms, Complaints complaints) {
    this.session = session;
    this.rooms = rooms;
    this.complaints = complaints;
  }

  Optional<BackendChannel> channel() {
    return channel;
  }

  /** The descriptor is owned from now on, also when it throws. */
  void open(int descriptor) throws ProtocolException {
    Optional<BackendChannel> old = channel;
    try {
      DescriptorKind kind = rooms.os().kind(descriptor);
      if (kind != DescriptorKind.SOCKET) {
        throw new IOException(
            "SET_BACKEND_REQ_FD: its descriptor is %s, not SOCKET".formatted(kind));
      }
      session.suspend();
      session.queues().forgetInBand();
      channel = Optional.of(new BackendChannel(session.port(), rooms, complaints, descriptor));
    } catch (IOException failure) {
      rooms.os().close(descriptor);
      throw new ProtocolException(failure.getMessage(), failure);
    }
    old.ifPresent(BackendChannel::close);
    session.resume();
  }

  /** The device's configuration space changed by itself. Any thread. */
  void configurationChanged() {
    if (ProtocolFeature.CONFIG.in(session.protocolFeatures())) {
      channel.ifPresent(each -> each.tell(new BackendEvent.ConfigurationChanged()));
    }
  }

  /** An access of a worker waits for a mapping of the IOMMU. */
  void missing(long iova, int permissions) {
    channel.ifPresentOrElse(
        each -> each.tell(new BackendEvent.IotlbMiss(iova, permissions)),
        () ->
            complaints.tell(
                Cause.MISS,
                () ->
                    "address 0x%x is not mapped, and there is no back-end channel to ask on"
                        .formatted(iova)));
  }

  void close() {
    channel.ifPresent(BackendChannel::close);
    channel = Optional.empty();
  }
}
