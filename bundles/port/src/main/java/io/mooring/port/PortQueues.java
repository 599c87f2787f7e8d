package io.mooring.port;

import io.mooring.api.port.PortStatus.QueueStatus;
import io.mooring.api.protocol.ProtocolException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The queues that a front-end has touched. Whoever calls it holds the port's lock. */
final class PortQueues {

  private final PortSession session;
  private final Map<Integer, PortQueue> queues = new TreeMap<>();

  PortQueues(PortSession session) {
    this.session = session;
  }

  PortQueue at(int index) {
    return queues.computeIfAbsent(index, number -> new PortQueue(session, number));
  }

  boolean isEmpty() {
    return queues.isEmpty();
  }

  boolean anyRuns() {
    return queues.values().stream().anyMatch(PortQueue::running);
  }

  /** The queues, in order. */
  List<PortQueue> all() {
    return List.copyOf(queues.values());
  }

  /** Every queue stops where it is. */
  void suspend() {
    queues.values().forEach(PortQueue::suspend);
  }

  /** Every queue that can goes on. */
  void update() throws ProtocolException {
    for (PortQueue queue : queues.values()) {
      queue.update();
    }
  }

  void stop() {
    queues.values().forEach(PortQueue::stop);
  }

  void reset() {
    queues.values().forEach(PortQueue::reset);
  }

  /** The back-end channel goes. */
  void forgetInBand() {
    queues.values().forEach(PortQueue::forgetInBand);
  }

  List<QueueStatus> status() {
    return queues.values().stream()
        .map(each ->
            new QueueStatus(
                each.index(),
                each.size(),
                each.enabled(),
                each.running(),
                each.position(),
                each.used()))
        .toList();
  }

  /** Nothing stays open; after a guest's fault, the front-end is told of it. */
  void close(boolean faulted) {
    if (faulted) {
      queues.values().forEach(PortQueue::tellError);
    }
    queues.values().forEach(PortQueue::close);
  }
}
