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
  private final boolean ordered;

  private int call;
  private boolean begun;
  private boolean mapped;

  /** Whether chains can be taken: the ring is mapped, and the next chain as far as is known. */
  private boolean ready;

  RingQueue(QueueSetup setup, MemoryTable table, Os os) {
    this.setup = setup;
    this.os = os;
    call = setup.call();
    ordered = RingFeature.IN_ORDER.in(setup.features());
    view = new GuestView(setup.index(), table);
    reader = new ChainReader(setup.index(), view);
    var tables = new IndirectTables(setup, reader);
    ring =
        RingFeature.RING_PACKED.in(setup.features())
            ? new PackedRing(setup, reader, tables)
            : new SplitRing(setup, reader, tables);
    memory(table);
  }

  @Override
  public void memory(MemoryTable table) {
    view.table(table);
    reader.forget();
    mapped = ring.map(view);
    ready = mapped;
    if (mapped && !begun) {
      begun = true;
      ring.begin();
      ring.disarm();
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
    return ready && ring.available();
  }

  @Override
  public int take(Chains chains, int limit) {
    reader.begin(chains);
    if (ready) {
      ring.gather(chains, Math.min(limit, chains.capacity()));
      ready = chains.count > 0 || !reader.waiting();
    }
    return chains.count;
  }

  @Override
  public void publish(Chains chains, int count) {
    if (count == 0) {
      return;
    }
    int before = ring.used();
    use(chains, count);
    ring.pass(chains, 0, count);
    if (call >= 0 && ring.calls(before)) {
      os.signal(call);
    }
  }

  private void use(Chains chains, int count) {
    if (ordered && !writable(chains, count)) {
      ring.useAsOne(chains, 0, count);
    } else {
      ring.use(chains, 0, count);
    }
  }

  /** Whether a burst has buffers that the device writes, and so lengths that the driver needs. */
  private static boolean writable(Chains chains, int count) {
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes |= chains.writableBytes[i];
    }
    return bytes != 0;
  }

  @Override
  public boolean arm() {
    if (mapped) {
      ring.arm();
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
    }
  }
}
