package io.mooring.port;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.NetFeature;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a session's device is told besides its queues, so that the next device in its place can be
 * told again: how many queues, the MTU, the features.
 */
final class DeviceTerms {

  private final PortSession session;
  private final PortSettings settings;
  private final ProfileChoice choice;

  /** What the front-end said (NET_SET_MTU). */
  private OptionalInt toldMtu = OptionalInt.empty();

  DeviceTerms(PortSession session, PortSettings settings, ProfileChoice choice) {
    this.session = session;
    this.settings = settings;
    this.choice = choice;
  }

  /** What NET_SET_MTU said. */
  OptionalInt toldMtu() {
    return toldMtu;
  }

  /** The driver begins anew: the device forgets what it was asked for. */
  void begin() {
    plane().ifPresent(each -> each.reset(queueNumber()));
    tellMtu();
  }

  /** Says all that a device needs to know before its queues come. */
  void tell() {
    tellMtu();
    plane().ifPresent(each -> each.negotiated(session.features()));
  }

  /** What GET_QUEUE_NUM answers: of a net device, queue pairs. */
  int queueNumber() {
    int most = choice.profile().maxQueuePairs();
    return settings.queuePairs() == 0 ? most : Math.min(settings.queuePairs(), most);
  }

  int maxQueues() {
    boolean controlled =
        settings.device().equals("net") && NetFeature.CTRL_VQ.in(choice.profile().features());
    return 2 * queueNumber() + (controlled ? 1 : 0);
  }

  /** The protocol features that the device allows: one without a configuration space has none. */
  long possible() {
    boolean none = plane().map(each -> each.configuration(queueNumber()).length == 0).orElse(true);
    return none ? ~ProtocolFeature.CONFIG.mask() : -1;
  }

  private Optional<DataPlane> plane() {
    return session.plane();
  }

  byte[] configuration() throws ProtocolException {
    return plane()
        .orElseThrow(() -> new ProtocolException("the port's device is not there"))
        .configuration(queueNumber());
  }

  void configure(int offset, byte[] bytes, boolean restored) throws ProtocolException {
    byte[] mine = configuration();
    byte[] same = Arrays.copyOfRange(mine, Math.min(offset, mine.length), offset + bytes.length);
    if (!restored || !Arrays.equals(bytes, same)) {
      throw new ProtocolException(
          "SET_CONFIG of %d bytes at %d: the device has nothing that can be written"
              .formatted(bytes.length, offset));
    }
  }

  void mtu(int bytes) throws ProtocolException {
    int most = mostMtu();
    if (bytes > most) {
      throw new ProtocolException(
          "MTU %d is above %d, which profile %s and the port allow"
              .formatted(bytes, most, choice.profile().name()));
    }
    toldMtu = OptionalInt.of(bytes);
    tellMtu();
  }

  private int mostMtu() {
    return settings.mtu().orElse(choice.profile().mtu());
  }

  private void tellMtu() {
    boolean fixed = toldMtu.isPresent() || settings.mtu().isPresent() || choice.decided();
    int bytes = Math.min(mostMtu(), toldMtu.orElse(Integer.MAX_VALUE));
    plane().ifPresent(each -> each.mtu(bytes, fixed));
  }
}
