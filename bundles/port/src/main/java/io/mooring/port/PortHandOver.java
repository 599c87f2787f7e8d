package io.mooring.port;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.InflightArea;
import io.mooring.api.upgrade.UpgradeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a port tells the process that takes over: first all that stands still while its front-end
 * waits, then, with its worker paused, what the device knows and where the queues are.
 */
final class PortHandOver {

  /** How long a front-end's answer on the back-end channel is waited for. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final VhostPort port;
  private final UpgradeLine line;

  // What only the worker knows, as of the pause.
  private byte[] saved = {};
  private byte[] learned = {};
  private final List<long[]> positions = new ArrayList<>();

  PortHandOver(VhostPort port, UpgradeLine line) {
    this.port = port;
    this.line = line;
  }

  VhostPort port() {
    return port;
  }

  /** Tells what the newcomer prepares for: there are so many kinds of rings. */
  void announce() throws UpgradeException {
    line.say(Word.PORT, port.name());
    for (var ring : port.facts().rings()) {
      line.say(Word.RING, "", ring.features(), ring.size());
    }
  }

  /** Lets the front-end wait; {@link #goOn} ends that, also when this threw. */
  void hold() throws UpgradeException, InterruptedException {
    port.loop().hold();
    Optional<PortSession> session = port.session();
    if (session.isPresent()) {
      String hindrance = session.get().migration().hindrance();
      if (!hindrance.isEmpty()) {
        throw new UpgradeException("port %s: %s; try again".formatted(port.name(), hindrance));
      }
      Optional<BackendChannel> channel = session.get().channel();
      if (channel.isPresent() && !channel.get().hold(ANSWER)) {
        throw new UpgradeException(
            "port %s: its front-end does not answer on the back-end channel"
                .formatted(port.name()));
      }
    }
  }

  /** The front-end waits no longer. */
  void goOn() {
    goOn(port);
  }

  /** The front-end of a port waits no longer. */
  static void goOn(VhostPort port) {
    port.session().flatMap(PortSession::channel).ifPresent(BackendChannel::goOn);
    port.loop().goOn();
  }

  /** Tells all that stands still. */
  void tell() throws UpgradeException {
    line.say(Word.PORT, port.name());
    for (Map.Entry<Path, Integer> socket : port.loop().descriptors().entrySet()) {
      line.say(Statement.of(Word.SOCKET, socket.getKey().toString()).with(socket.getValue()));
      Optional<String> profile = port.loop().profile(socket.getKey());
      if (profile.isPresent()) {
        line.say(Word.PROFILE, profile.get());
      }
    }
    line.say(Word.LINK, "", port.device().linkUp() ? 1 : 0);
    Optional<Map.Entry<Path, Integer>> connection = port.loop().berth().connected();
    Optional<PortSession> session = port.session();
    if (connection.isPresent() && session.isPresent()) {
      line.say(
          Statement.of(Word.CONNECTION, connection.get().getKey().toString(), port.peer())
              .with(connection.get().getValue()));
      tell(session.get());
    }
  }

  private void tell(PortSession session) throws UpgradeException {
    Profile offered = session.pinned();
    line.say(
        Word.OFFER,
        offered.name(),
        offered.features(),
        offered.maxRing(),
        offered.maxQueuePairs(),
        offered.mtu());
    line.say(session.agreed().statement());
    if (session.toldMtu().isPresent()) {
      line.say(Word.MTU, "", session.toldMtu().getAsInt());
    }
    for (MappedRegion each : session.mapped()) {
      line.say(
          Statement.of(
                  Word.REGION,
                  "",
                  each.region().guestAddress(),
                  each.region().size(),
                  each.region().userAddress(),
                  each.region().mmapOffset())
              .with(each.descriptor()));
    }
    for (Iotlb.Entry each : session.memory().translations()) {
      line.say(Word.IOTLB, "", each.iova(), each.size(), each.userAddress(), each.permissions());
    }
    Optional<BackendChannel> channel = session.channel();
    if (channel.isPresent()) {
      line.say(Statement.of(Word.CHANNEL, "").with(channel.get().socket()));
    }
    Optional<InflightArea> inflight = session.inflight().area();
    if (inflight.isPresent()) {
      InflightArea area = inflight.get();
      line.say(
          Statement.of(
                  Word.INFLIGHT, "", area.size(), area.offset(), area.queues(), area.queueSize())
              .with(area.descriptor()));
    }
    Optional<SharedBitmap> log = session.memory().log();
    if (log.isPresent()) {
      SharedArea area = log.get().area();
      line.say(
          Statement.of(Word.LOG, "", log.get().size(), area.end() - log.get().size())
              .with(area.descriptor()));
    }
    for (PortQueue queue : session.queues().all()) {
      line.say(queue.state().statement());
    }
  }

  /** On the worker, paused: takes what only it knows. */
  void collect() {
    positions.clear();
    Optional<DataPlane> plane = port.device().plane();
    if (plane.isPresent()) {
      saved = plane.get().save();
      learned = plane.get().slot().device().handOver();
    }
    if (port.session().isPresent()) {
      for (PortQueue each : port.session().get().queues().all()) {
        positions.add(new long[] {each.index(), each.position(), each.state().started() ? 1 : 0});
      }
    }
  }

  /** Tells what {@link #collect} took. */
  void tellPosition() throws UpgradeException {
    line.say(Word.PORT, port.name());
    line.say(Word.SAVED, saved);
    line.say(Word.LEARNED, learned);
    for (long[] each : positions) {
      line.say(Word.POSITION, "", each);
    }
  }
}
