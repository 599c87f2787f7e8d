package io.mooring.port;

import io.mooring.api.protocol.ProtocolException;
import java.io.IOException;

/**
 * How a queue's driver is called: through the eventfd that the front-end gave, through one that
 * stands for a message on the back-end channel, or not at all.
 */
final class DriverCall {

  private static final int NONE = QueueState.NONE;

  private final PortSession session;
  private final int index;

  private int descriptor = NONE;

  /** It may have been given as none: the driver polls. */
  private boolean given;

  DriverCall(PortSession session, int index) {
    this.session = session;
    this.index = index;
  }

  /** Becomes readable when the driver is to look; -1 for none. */
  int descriptor() {
    return descriptor;
  }

  /** Whether the front-end has said how. */
  boolean given() {
    return given;
  }

  /** The front-end gives a descriptor, or none. */
  void give(int eventfd) {
    close();
    descriptor = eventfd;
    given = true;
  }

  /** Goes on with another process's descriptor; one that stands for a message is made anew. */
  void takeOver(QueueState said) {
    given = said.callGiven();
    if (given) {
      descriptor = said.call();
    } else {
      descriptor = NONE;
      close(said.call());
    }
  }

  /** Without a descriptor, the driver may be called by a message. */
  void inBand() throws ProtocolException {
    if (given || descriptor != NONE || !session.agreed().inBand() || session.channel().isEmpty()) {
      return;
    }
    try {
      int eventfd = session.os().eventfd();
      try {
        session.channel().get().watch(eventfd, index);
        descriptor = eventfd;
      } catch (IOException failure) {
        close(eventfd);
        throw failure;
      }
    } catch (IOException failure) {
      throw new ProtocolException(failure.getMessage(), failure);
    }
  }

  /** The back-end channel goes; another one may call the driver. The queue does not run. */
  void forgetInBand() {
    if (!given && descriptor != NONE) {
      close();
    }
  }

  /** Calls the driver, once too often rather than never. */
  void once() {
    if (descriptor != NONE) {
      session.os().signal(descriptor);
    }
  }

  void close() {
    int old = descriptor;
    session.channel().ifPresent(channel -> channel.unwatch(old));
    close(old);
    descriptor = NONE;
  }

  private void close(int old) {
    if (old != NONE) {
      session.os().close(old);
    }
  }
}
