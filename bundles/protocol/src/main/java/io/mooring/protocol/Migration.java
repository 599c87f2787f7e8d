package io.mooring.protocol;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.util.Optional;

/** Requests for a VM that moves (vhost-user, "Migration"). */
final class Migration {

  private static final int SAVE = 0;
  private static final int LOAD = 1;

  /** The only phase there is: all queues are stopped. */
  private static final int STOPPED = 0;

  private Migration() {}

  static void logBase(Message message, Session session) throws ProtocolException {
    long size = message.payload().getLong();
    long offset = message.payload().getLong();
    session.migration().log(size, offset, descriptor(message));
  }

  static Optional<Message> advise(Message message, Session session) throws ProtocolException {
    int userfaultfd = session.migration().advisePostcopy();
    return Requests.reply(message, Requests.payload(0), userfaultfd);
  }

  static void transfer(Message message, Session session) throws ProtocolException {
    int direction = message.payload().getInt();
    int phase = message.payload().getInt();
    if (phase != STOPPED || (direction != SAVE && direction != LOAD)) {
      throw new ProtocolException(
          "SET_DEVICE_STATE_FD direction %d phase %d: allowed are 0 (save) and 1 (load), phase 0"
              .formatted(Integer.toUnsignedLong(direction), Integer.toUnsignedLong(phase)));
    }
    int descriptor = descriptor(message);
    if (direction == SAVE) {
      session.migration().saveState(descriptor);
    } else {
      session.migration().loadState(descriptor);
    }
  }

  private static int descriptor(Message message) throws ProtocolException {
    if (message.descriptorCount() != 1) {
      throw new ProtocolException(
          "%s has no descriptor, it needs one".formatted(Requests.name(message)));
    }
    return message.claim()[0];
  }
}
