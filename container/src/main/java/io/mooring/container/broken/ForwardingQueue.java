package io.mooring.container.broken;

import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Virtqueue;

/** A queue that does what another one does. */
abstract class ForwardingQueue implements Virtqueue {

  private final Virtqueue queue;

  ForwardingQueue(Virtqueue queue) {
    this.queue = queue;
  }

  @Override
  public int index() {
    return queue.index();
  }

  @Override
  public int size() {
    return queue.size();
  }

  @Override
  public int take(Chains chains, int limit) {
    return queue.take(chains, limit);
  }

  @Override
  public void publish(Chains chains, int count) {
    queue.publish(chains, count);
  }

  @Override
  public boolean available() {
    return queue.available();
  }

  @Override
  public boolean arm() {
    return queue.arm();
  }

  @Override
  public void disarm() {
    queue.disarm();
  }

  @Override
  public int base() {
    return queue.base();
  }

  @Override
  public void call(int eventfd) {
    queue.call(eventfd);
  }

  @Override
  public void memory(MemoryTable table) {
    queue.memory(table);
  }
}
