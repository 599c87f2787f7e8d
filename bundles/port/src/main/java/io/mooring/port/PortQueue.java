package io.mooring.port;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Inflight;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import java.io.IOException;

/**
 * What the front-end said of one queue: numbers and descriptors only, so that it outlives every
 * room.
 */
final class PortQueue implements QueueSession {

  private static final int NONE = QueueState.NONE;

  /** Both wrap counters are 1 (vhost-user, "Memory access"). */
  private static final int PACKED_BEGINNING = 0x8000_8000;

  private final PortSession session;
  private final int index;
  private final DriverKick kick;
  private final DriverCall call;

  private int size;
  private int base;
  private long descriptors;
  private long used;
  private long available;
  private long usedLog = QueueSetup.NO_LOG;
  private boolean addressed;
  private int error = NONE;

  private boolean started;
  private boolean enabled;
  private boolean running;

  PortQueue(PortSession session, int index) {
    this.session = session;
    this.index = index;
    kick = new DriverKick(session, index);
    call = new DriverCall(session, index);
  }

  int index() {
    return index;
  }

  int size() {
    return size;
  }

  long used() {
    return used;
  }

  boolean enabled() {
    return enabled;
  }

  boolean running() {
    return running;
  }

  /** What was said of the queue, for another process. */
  QueueState state() {
    return new QueueState(
        index,
        size,
        descriptors,
        used,
        available,
        usedLog,
        kick.descriptor(),
        call.descriptor(),
        error,
        addressed,
        call.given(),
        started,
        enabled);
  }

  /**
   * The queue of another process goes on here, from {@link #goOn(int, boolean)} on. Its descriptors
   * are this one's; a queue that is called in band gets its caller anew.
   */
  void takeOver(QueueState said) {
    size = said.size();
    descriptors = said.descriptors();
    used = said.used();
    available = said.available();
    usedLog = said.usedLog();
    kick.give(said.kick());
    call.takeOver(said);
    error = said.error();
    addressed = said.addressed();
    enabled = said.enabled();
    started = false;
  }

  /** Goes on from a position, if it ran. */
  void goOn(int position, boolean ran) throws ProtocolException {
    base = position;
    started = ran;
    update();
  }

  /** Is opened at the beginning of its ring and taken back; no worker polls it meanwhile. */
  void rehearse() throws ProtocolException {
    goOn(RingFeature.RING_PACKED.in(session.features()) ? PACKED_BEGINNING : 0, true);
    suspend();
    started = false;
  }

  /** Calls the driver, once too often rather than never. */
  void callOnce() {
    call.once();
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
  public void addresses(long descriptorTable, long usedRing, long availableRing, long log)
      throws ProtocolException {
    boolean moved =
        descriptors != descriptorTable
            || used != usedRing
            || available != availableRing
            || usedLog != log;
    descriptors = descriptorTable;
    used = usedRing;
    available = availableRing;
    usedLog = log;
    addressed = true;
    if (running && moved) {
      goOn();
    } else {
      update();
    }
  }

  /** A queue that runs goes on where it is, with what was said of it since. */
  private void goOn() throws ProtocolException {
    running = false;
    Inflight part = session.inflight().part(index);
    try {
      running =
          session.plane().isPresent()
              && session.plane().get().restart(index, at -> from(at, part), session.table());
    } catch (QueueException wrong) {
      throw new ProtocolException(wrong.getMessage(), wrong);
    } finally {
      if (!running) {
        kick.unwatch();
      }
    }
  }

  private QueueSetup from(int position, Inflight part) {
    base = position;
    return setup(part);
  }

  @Override
  public void kick(int descriptor) throws ProtocolException {
    refuseOddity(descriptor, "kick");
    if (running) {
      kick.unwatch();
    }
    kick.give(descriptor);
    started = true;
    if (running) {
      kick.watch();
    }
    update();
  }

  @Override
  public void kicked() throws ProtocolException {
    if (!kick.given()) {
      kick(kick.made());
    }
    kick.signal();
  }

  @Override
  public void call(int descriptor) throws ProtocolException {
    refuseOddity(descriptor, "call");
    session.plane().ifPresent(plane -> plane.call(index, descriptor));
    boolean late = running && !call.given();
    call.give(descriptor);
    if (late) {
      call.once();
    }
  }

  @Override
  public void error(int descriptor) throws ProtocolException {
    refuseOddity(descriptor, "error");
    close(error);
    error = descriptor;
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
    kick.close();
    return base;
  }

  /**
   * The device is reset: what calls the driver stays, the rest is to be said again. Where the queue
   * stopped is kept, because QEMU 7.2 ends a device by SET_STATUS 0 and asks for it only then.
   */
  void reset() {
    stop();
    enabled = false;
    addressed = false;
    usedLog = QueueSetup.NO_LOG;
    size = 0;
  }

  /** Runs the queue if all that it needs is there and it does not run yet. */
  void update() throws ProtocolException {
    boolean ready =
        started && size > 0 && addressed && (enabled || session.agreed().alwaysEnabled());
    if (!ready
        || running
        || session.faulted()
        || session.plane().isEmpty()
        || session.engine().isEmpty()) {
      return;
    }
    call.inBand();
    session.migration().beforeQueuesRun();
    Inflight part = session.inflight().part(index);
    try {
      running = session.plane().get().start(setup(part), session.table(), session.features());
      if (running) {
        kick.watch();
        // Who served the ring before may have been killed between using chains and calling.
        call.once();
      }
    } catch (QueueException wrong) {
      throw new ProtocolException(wrong.getMessage(), wrong);
    }
  }

  private QueueSetup setup(Inflight part) {
    return new QueueSetup(
        index,
        size,
        descriptors,
        available,
        used,
        usedLog,
        base,
        session.features(),
        call.descriptor(),
        part);
  }

  /** The back-end channel goes; another one may call the driver. The queue does not run. */
  void forgetInBand() {
    call.forgetInBand();
  }

  /** Takes the queue from the device and remembers where it was. */
  void suspend() {
    if (!running) {
      return;
    }
    running = false;
    session.plane().ifPresent(plane -> base = plane.stop(index, base));
    kick.unwatch();
  }

  /** Tells the front-end that the queue runs no more, because its guest broke a rule. */
  void tellError() {
    if (error != NONE) {
      session.os().signal(error);
    } else if (session.agreed().inBand()) {
      session.channel().ifPresent(channel -> channel.tell(new BackendEvent.QueueError(index)));
    }
  }

  /** The session ends: nothing stays open. */
  void close() {
    reset();
    call.close();
    close(error);
    error = NONE;
  }

  private void close(int descriptor) {
    if (descriptor != NONE) {
      session.os().close(descriptor);
    }
  }
}
