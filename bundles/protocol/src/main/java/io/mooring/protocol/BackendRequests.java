package io.mooring.protocol;

import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.BackendRequest;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;

/** The requests of the back-end (vhost-user, "Back-end message types"). */
final class BackendRequests {

  private static final byte IOTLB_MISS = 1;
  private static final int IOTLB_BYTES = 32;

  private BackendRequests() {}

  static Message message(BackendEvent event) {
    return switch (event) {
      case BackendEvent.IotlbMiss miss -> told(BackendRequest.IOTLB_MSG, iotlb(miss));
      case BackendEvent.ConfigurationChanged changed ->
          told(BackendRequest.CONFIG_CHANGE_MSG, Requests.payload(0));
      case BackendEvent.QueueCall call -> asked(BackendRequest.VRING_CALL, call.queue());
      case BackendEvent.QueueError error -> asked(BackendRequest.VRING_ERR, error.queue());
    };
  }

  private static ByteBuffer iotlb(BackendEvent.IotlbMiss miss) {
    return Requests.payload(IOTLB_BYTES)
        .putLong(miss.iova())
        .putLong(0)
        .putLong(0)
        .put((byte) miss.permissions())
        .put(IOTLB_MISS)
        .position(IOTLB_BYTES);
  }

  /** The answer to a miss is an update, which comes by itself. */
  private static Message told(BackendRequest request, ByteBuffer written) {
    return new Message(request.number(), Message.VERSION, written.flip());
  }

  /** "In-band notifications": the front-end has handled it when it answers. */
  private static Message asked(BackendRequest request, int queue) {
    ByteBuffer payload = Requests.payload(2 * Integer.BYTES).putInt(queue).putInt(0);
    return new Message(request.number(), Message.VERSION | Message.NEED_REPLY, payload.flip());
  }
}
