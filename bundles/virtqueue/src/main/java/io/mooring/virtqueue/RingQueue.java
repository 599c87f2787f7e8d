package io.mooring.virtqueue;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.os.Os;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.invoke.VarHandle;

/** A virtqueue of either ring format. */
final class RingQueue implements Virtqueue {

  private final QueueSetup setup;
  private final Os os;
  private final GuestView view;
  private final ChainReader reader;
  private final Ring ring;

  /** Null when nothing is tracked; looked at once a burst. */
  private final Tracker tracker;

  /** Null while nothing is logged; looked at once a burst. */
  private WriteLog log;

  private int call;
  private boolean begun;

  private boolean mapped;

  /** Whether chains can be taken: the ring is mapped, and the next chain as far as is known. */
  private boolean ready;

  RingQueue(QueueSetup setup, MemoryTable table, Os os) {
    this.setup = setup;
    this.os = os;
    call = setup.call();
    view = new GuestView(setup.index(), table);
    reader = new ChainReader(setup.index(), view);
    var tables = new IndirectTables(setup, reader);
    ring =
        RingFeature.RING_PACKED.in(setup.features())
            ? new PackedRing(setup, reader, tables)
            : new SplitRing(setup, reader, tables);
    tracker =
        setup.inflight().present() ? new Tracker(InflightPart.of(setup, ring), ring, reader) : null;
    memory(table);
  }

  @Override
  public void memory(MemoryTable table) {
    view.table(table);
    reader.forget();
    mapped = ring.map(view);
    ready = mapped;
    log = table.log().map(each -> new WriteLog(each, table)).orElse(null);
    if (mapped && !begun) {
      begun = true;
      ring.begin();
      if (tracker != null) {
        tracker.recover();
      }
    }
  }

  @Override
  public int index() {
    return setup.index();
  }

  @Override
  public int size() {
    return setup.size();
  }

  @Override
  public int base() {
    return ring.base();
  }

  @Override
  public void call(int eventfd) {
    call = eventfd;
  }

  @Override
  public boolean available() {
    return ready && ((tracker != null && tracker.pending()) || ring.available());
  }

  @Override
  public int take(Chains chains, int limit) {
    reader.begin(chains);
    if (ready) {
      int most = Math.min(limit, chains.capacity());
      if (tracker == null) {
        ring.gather(chains, most);
      } else {
        tracker.resubmit(chains, most);
        ring.gather(chains, most);
        tracker.took(chains);
      }
      ready = chains.count > 0 || !reader.waiting();
    }
    return chains.count;
  }

  @Override
  public void publish(Chains chains, int count) {
    int before = ring.used();
    if (tracker != null) {
      tracker.publish(chains, count);
    } else if (count > 0) {
      ring.use(chains, 0, count);
      ring.pass(chains, 0, count);
    }
    if (count == 0) {
      return;
    }
    // What was written is seen before its pages are marked, and before the driver's wish is read.
    VarHandle.fullFence();
    if (log != null) {
      log.chains(chains, count);
      if (logsRing()) {
        ring.logUsed(log, before);
      }
    }
    if (call >= 0 && ring.calls(before)) {
      os.signal(call);
    }
  }

  @Override
  public boolean arm() {
    if (mapped) {
      ring.arm();
      logWish();
      // The driver publishes a chain and then reads our wish; we wrote the wish and now look for
      // chains.
      VarHandle.fullFence();
    }
    return available();
  }

  @Override
  public void disarm() {
    if (mapped) {
      ring.disarm();
      logWish();
    }
  }

  private void logWish() {
    if (log != null && logsRing()) {
      log.settle();
      ring.logWish(log);
    }
  }

  private boolean logsRing() {
    return setup.usedLog() != QueueSetup.NO_LOG;
  }
}
