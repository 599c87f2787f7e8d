package io.mooring.port;

import io.mooring.api.protocol.InflightArea;
import io.mooring.api.protocol.InflightSession;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtqueue.Inflight;
import java.io.IOException;
import java.util.Optional;

/** The buffer in which this session's queues note what is in flight. */
final class PortInflight implements InflightSession {

  private static final long SMALLEST_PAGE = 4096;

  private final PortSession session;
  private Optional<Taken> taken = Optional.empty();

  private record Taken(InflightArea area, SharedArea mapped) {}

  PortInflight(PortSession session) {
    this.session = session;
  }

  @Override
  public InflightArea make(int queues, int queueSize) throws ProtocolException {
    long bytes = queues * Inflight.bytes(session.features(), queueSize);
    long whole = (bytes + SMALLEST_PAGE - 1) & -SMALLEST_PAGE;
    try {
      int descriptor = session.os().memfd("mooring-inflight", whole);
      return new InflightArea(whole, 0, queues, queueSize, descriptor);
    } catch (IOException failure) {
      throw new ProtocolException(failure.getMessage(), failure);
    }
  }

  @Override
  public void take(InflightArea area) throws ProtocolException {
    long needed = area.queues() * Inflight.bytes(session.features(), area.queueSize());
    if (session.queues().anyRuns() || area.size() < needed) {
      session.os().close(area.descriptor());
      throw new ProtocolException(
          session.queues().anyRuns()
              ? "SET_INFLIGHT_FD while queues run: allowed is while none does"
              : "SET_INFLIGHT_FD of 0x%x bytes: %d queues of %d need 0x%x"
                  .formatted(area.size(), area.queues(), area.queueSize(), needed));
    }
    SharedArea mapped =
        SharedArea.map(
            session.os(), "SET_INFLIGHT_FD", area.size(), area.offset(), area.descriptor());
    close();
    taken = Optional.of(new Taken(area, mapped));
  }

  /** The buffer, if there is one; its descriptor is this one's. */
  Optional<InflightArea> area() {
    return taken.map(Taken::area);
  }

  /** A queue's part; none when the buffer has none for it, or there is no buffer. */
  Inflight part(int queue) throws ProtocolException {
    if (taken.isEmpty() || queue >= taken.get().area().queues()) {
      return Inflight.NONE;
    }
    InflightArea area = taken.get().area();
    // Other features may have been acknowledged since the buffer was taken.
    long bytes = Inflight.bytes(session.features(), area.queueSize());
    if ((queue + 1) * bytes > area.size()) {
      throw new ProtocolException(
          "queue %d: the inflight buffer of 0x%x bytes was made for another ring format"
              .formatted(queue, area.size()));
    }
    return new Inflight(taken.get().mapped().address() + queue * bytes, area.queueSize());
  }

  boolean intact() {
    return taken.map(each -> each.mapped().intact(session.os())).orElse(true);
  }

  boolean touchable() {
    return taken.map(each -> each.mapped().touchable(session.os())).orElse(true);
  }

  /** Nothing stays mapped or open; no queue runs. */
  void close() {
    taken.ifPresent(each -> each.mapped().unmap(session.os()));
    taken = Optional.empty();
  }
}
