package io.mooring.frontend;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a back-end offers.
 *
 * @param features virtio features
 * @param protocolFeatures protocol features; empty where it has no protocol features
 * @param queues what GET_QUEUE_NUM answers; empty without MQ
 * @param slots memory regions it takes one by one; empty without CONFIGURE_MEM_SLOTS
 * @param profile what it made of the wish for a profile; empty without one
 */
public record Probe(
    long features,
    OptionalLong protocolFeatures,
    OptionalLong queues,
    OptionalLong slots,
    Optional<ProfileAnswer> profile) {

  /**
   * Asks the back-end at a socket; changes nothing there.
   *
   * @param limit for each answer
   * @throws IOException one line: no such socket, nobody listens, or not a vhost-user back-end
   */
  public static Probe of(Os os, Transport transport, Path socket, Duration limit)
      throws IOException {
    return of(os, transport, socket, limit, Optional.empty());
  }

  /**
   * The same of a back-end that is asked for a profile first.
   *
   * @param profile a name, or a list of values
   */
  public static Probe of(
      Os os, Transport transport, Path socket, Duration limit, Optional<String> profile)
      throws IOException {
    if (!Files.exists(socket)) {
      throw new IOException("no such socket: " + socket);
    }
    try (Client client = new Client(transport.connect(socket), os, limit)) {
      return ask(client, socket, profile);
    }
  }

  private static Probe ask(Client client, Path socket, Optional<String> profile)
      throws IOException {
    try {
      long features = client.askNumber(Request.GET_FEATURES);
      client.tell(Request.SET_OWNER, Client.payload(0));
      if (!RingFeature.PROTOCOL_FEATURES.in(features)) {
        var nothing = OptionalLong.empty();
        return new Probe(
            features, nothing, nothing, nothing, profile.map(any -> new ProfileAnswer.Unknown()));
      }
      long protocol = client.askNumber(Request.GET_PROTOCOL_FEATURES);
      long asked = ProtocolFeature.MQ.mask() | ProtocolFeature.CONFIGURE_MEM_SLOTS.mask();
      long wished = profile.isPresent() ? ProtocolFeature.PROFILE.mask() : 0;
      client.tell(Request.SET_PROTOCOL_FEATURES, Client.u64(protocol & (asked | wished)));
      Optional<ProfileAnswer> answer = Optional.empty();
      if (profile.isPresent()) {
        answer = Optional.of(ProfileAnswer.ask(client, protocol, profile.get()));
        features = client.askNumber(Request.GET_FEATURES);
      }
      return new Probe(
          features,
          OptionalLong.of(protocol),
          askIf(client, ProtocolFeature.MQ.in(protocol), Request.GET_QUEUE_NUM),
          askIf(
              client, ProtocolFeature.CONFIGURE_MEM_SLOTS.in(protocol), Request.GET_MAX_MEM_SLOTS),
          answer);
    } catch (IOException e) {
      throw new IOException(
          "%s is not a vhost-user back-end: %s".formatted(socket, e.getMessage()), e);
    }
  }

  private static OptionalLong askIf(Client client, boolean has, Request request)
      throws IOException {
    return has ? OptionalLong.of(client.askNumber(request)) : OptionalLong.empty();
  }
}
