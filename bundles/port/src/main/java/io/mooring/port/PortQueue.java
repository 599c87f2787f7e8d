package io.mooring.port;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import java.io.IOException;

/**
 * What the front-end said of one queue: numbers and descriptors only, so that it outlives every
 * room.
 */
final class PortQueue implements QueueSession {

  private static final int NONE = -1;

  private final PortSession session;
  private final int index;

  private int size;
  private int base;
  private long descriptors;
  private long used;
  private long available;
  private boolean addressed;
  private int kick = NONE;
  private int call = NONE;
  private int error = NONE;
  private boolean started;
  private boolean enabled;
  private boolean running;

  PortQueue(PortSession session, int index) {
    this.session = session;
    this.index = index;
  }

  int index() {
    return index;
  }

  int size() {
    return size;
  }

  boolean enabled() {
    return enabled;
  }

  boolean running() {
    return running;
  }

  /** Where the queue is, or would begin. */
  int position() {
    return running ? session.plane().map(plane -> plane.base(index, base)).orElse(base) : base;
  }

  @Override
  public void size(int count) throws ProtocolException {
    refuseWhileRunning("size");
    size = count;
    update();
  }

  @Override
  public void base(int position) throws ProtocolException {
    refuseWhileRunning("base");
    base = position;
  }

  private void refuseWhileRunning(String what) throws ProtocolException {
    if (running) {
      throw new ProtocolException(
          "queue %d runs: its %s cannot change before GET_VRING_BASE".formatted(index, what));
    }
  }

  @Override
  public void addresses(long descriptorTable, long usedRing, long availableRing)
      throws ProtocolException {
    boolean moved =
        descriptors != descriptorTable || used != usedRing || available != availableRing;
    if (running && moved) {
      suspend();
    }
    descriptors = descriptorTable;
    used = usedRing;
    available = availableRing;
    addressed = true;
    update();
  }

  @Override
  public void kick(int descriptor) throws ProtocolException {
    int old = kick;
    refuseOddity(descriptor, "kick");
    if (running) {
      session.worker().ifPresent(worker -> worker.unwatch(old));
    }
    kick = descriptor;
    started = true;
    close(old);
    if (running) {
      watch();
    }
    update();
  }

  @Override
  public void call(int descriptor) throws ProtocolException {
    refuseOddity(descriptor, "call");
    int old = call;
    call = descriptor;
    session.plane().ifPresent(plane -> plane.call(index, descriptor));
    close(old);
  }

  @Override
  public void error(int descriptor) throws ProtocolException {
    refuseOddity(descriptor, "error");
    int old = error;
    error = descriptor;
    close(old);
  }

  /** Only an eventfd never blocks the worker. */
  private void refuseOddity(int descriptor, String what) throws ProtocolException {
    if (descriptor == NONE) {
      return;
    }
    DescriptorKind kind;
    try {
      kind = session.os().kind(descriptor);
    } catch (IOException failure) {
      close(descriptor);
      throw new ProtocolException(failure.getMessage(), failure);
    }
    if (kind != DescriptorKind.EVENTFD) {
      close(descriptor);
      throw new ProtocolException(
          "queue %d: the %s descriptor is of kind %s, an eventfd is needed"
              .formatted(index, what, kind));
    }
  }

  @Override
  public void enable(boolean wanted) throws ProtocolException {
    enabled = wanted;
    if (wanted) {
      update();
    } else {
      suspend();
    }
  }

  @Override
  public int stop() {
    suspend();
    started = false;
    close(kick);
    kick = NONE;
    return base;
  }

  /** Stops the queue until the front-end has said anew where it is and that it is to run. */
  void reset() {
    stop();
    enabled = false;
    addressed = false;
  }

  /** Runs the queue if all that it needs is there and it does not run yet. */
  void update() throws ProtocolException {
    boolean ready = started && size > 0 && addressed && (enabled || session.alwaysEnabled());
    if (!ready
        || running
        || session.faulted()
        || session.plane().isEmpty()
        || session.engine().isEmpty()) {
      return;
    }
    var setup =
        new QueueSetup(index, size, descriptors, available, used, base, session.features(), call);
    try {
      session
          .plane()
          .get()
          .start(session.engine().get(), setup, session.table(), session.features());
      running = true;
      watch();
    } catch (QueueException wrong) {
      throw new ProtocolException(wrong.getMessage(), wrong);
    }
  }

  private void watch() throws ProtocolException {
    if (kick != NONE && session.worker().isPresent()) {
      try {
        session.worker().get().watch(kick);
      } catch (IOException failure) {
        throw new ProtocolException("queue %d: %s".formatted(index, failure.getMessage()), failure);
      }
    }
  }

  /** Takes the queue from the device and remembers where it was. */
  void suspend() {
    if (!running) {
      return;
    }
    running = false;
    session
        .plane()
        .ifPresent(plane -> {
          base = plane.stop(index, base);
          if (kick != NONE) {
            plane.worker().unwatch(kick);
          }
        });
  }

  /** The session ends: nothing stays open. */
  void close() {
    reset();
    close(call);
    close(error);
    call = NONE;
    error = NONE;
  }

  private void close(int descriptor) {
    if (descriptor != NONE) {
      session.os().close(descriptor);
    }
  }
}
