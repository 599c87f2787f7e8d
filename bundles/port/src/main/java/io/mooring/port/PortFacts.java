package io.mooring.port;

import io.mooring.api.device.DeviceType;
import io.mooring.api.profile.Profile;
import io.mooring.port.warmup.RingUse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a swap must know of a port; each answer is taken under the port's lock. Any thread. */
final class PortFacts {

  private final VhostPort port;
  private final Supplier<Optional<PortSession>> session;

  PortFacts(VhostPort port, Supplier<Optional<PortSession>> session) {
    this.port = port;
    this.session = session;
  }

  private <T> T locked(Supplier<T> answer) {
    port.lock().lock();
    try {
      return answer.get();
    } finally {
      port.lock().unlock();
    }
  }

  /** The interface that its front-end has, or would have. */
  Optional<Profile> promised() {
    return locked(() ->
        session
            .get()
            .map(PortSession::pinned)
            .or(() -> port.needs().offer(Optional.empty()).pinned()));
  }

  /** The virtio features that a driver has acknowledged. */
  long features() {
    return locked(() -> session.get().map(PortSession::features).orElse(0L));
  }

  /** The protocol features that a front-end has acknowledged. */
  long protocolFeatures() {
    return locked(() -> session.get().map(PortSession::protocolFeatures).orElse(0L));
  }

  /** Its rings that run, each kind once. */
  List<RingUse> rings() {
    return locked(() ->
        session.get().stream()
            .flatMap(each ->
                each.queues().status().stream()
                    .filter(queue -> queue.running())
                    .map(queue -> new RingUse(each.features(), queue.size(), true)))
            .distinct()
            .toList());
  }

  /** Which devices it shares a worker with. */
  String group() {
    return port.rooms()
        .device()
        .service()
        .map((DeviceType type) -> type.group(port.settings().deviceSettings()))
        .orElse("");
  }
}
