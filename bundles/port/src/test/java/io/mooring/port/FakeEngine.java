package io.mooring.port;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.List;

/** An engine whose queues move nothing; it writes down what the port does with them. */
final class FakeEngine implements VirtqueueEngine {

  private final String name;
  private final List<String> log;

  /** Where queues say they are, added to where they were opened. */
  volatile int progress;

  /** What opening a queue or giving it memory throws, if not null. */
  volatile String refusal;

  /** What asking a queue for its place throws, if not null. */
  volatile RuntimeException silence;

  volatile QueueSetup lastSetup;

  /** The memory that a queue was last given. */
  volatile MemoryTable lastTable;

  FakeEngine(String name, List<String> log) {
    this.name = name;
    this.log = log;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public int maxSize() {
    return 1024;
  }

  @Override
  public Virtqueue open(QueueSetup setup, MemoryTable memory) {
    lastSetup = setup;
    lastTable = memory;
    refuse();
    log.add("%s opens %d at %d".formatted(name, setup.index(), setup.base()));
    return new Queue(setup);
  }

  private void refuse() {
    if (refusal != null) {
      throw new QueueException(refusal);
    }
  }

  private final class Queue implements Virtqueue {

    private final QueueSetup setup;

    Queue(QueueSetup setup) {
      this.setup = setup;
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
    public int take(Chains chains, int limit) {
      return 0;
    }

    @Override
    public void publish(Chains chains, int count) {}

    @Override
    public boolean available() {
      return false;
    }

    @Override
    public boolean arm() {
      return false;
    }

    @Override
    public void disarm() {}

    @Override
    public int base() {
      if (silence != null) {
        throw silence;
      }
      return setup.base() + progress;
    }

    @Override
    public void call(int eventfd) {
      log.add("queue %d calls %d".formatted(index(), eventfd));
    }

    @Override
    public void memory(MemoryTable table) {
      lastTable = table;
      refuse();
      log.add("queue %d has %d regions".formatted(index(), table.regions().size()));
    }
  }
}
