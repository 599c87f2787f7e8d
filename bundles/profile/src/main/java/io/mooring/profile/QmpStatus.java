package io.mooring.profile;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonStreamParser;
import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The interface that a guest uses, as QEMU says it: the answers to {@code x-query-virtio-status}
 * and, for the size of its rings, {@code x-query-virtio-queue-status}, as they come from QMP.
 */
final class QmpStatus {

  static final String MARK = "\"guest-features\"";

  private static final String PREFIX =
      "(VIRTIO_NET_F|VIRTIO_RING_F|VIRTIO_F|VHOST_USER_F|VHOST_F)_";

  /** What QEMU calls otherwise than the specification. */
  private static final Map<String, Feature> OTHERWISE =
      Map.of(
          "IOMMU_PLATFORM", RingFeature.ACCESS_PLATFORM,
          "GUEST_RSC_EXT", NetFeature.RSC_EXT);

  /** The channel's own, and what only a VM that moves has. */
  private static final long NOT_THE_DEVICES =
      RingFeature.PROTOCOL_FEATURES.mask() | RingFeature.LOG_ALL.mask();

  private QmpStatus() {}

  /**
   * Reads QMP's lines.
   *
   * @throws IllegalArgumentException when they have no status of a virtio-net device
   */
  static Profile parse(String lines) {
    Optional<JsonObject> status = Optional.empty();
    int ring = 0;
    try {
      for (var answers = new JsonStreamParser(lines); answers.hasNext(); ) {
        JsonObject answer = returned(answers.next());
        if (answer.has("guest-features")) {
          status = status.or(() -> Optional.of(answer));
        } else if (answer.has("vring-num")) {
          ring = Math.max(ring, answer.get("vring-num").getAsInt());
        }
      }
      JsonObject found =
          status
              .filter(each -> each.get("name").getAsString().equals("virtio-net"))
              .orElseThrow(
                  () -> new IllegalArgumentException("it has no status of a virtio-net device"));
      return QemuDevice.frontEnd(
          acknowledged(found) & ~NOT_THE_DEVICES,
          Math.max(ring, QemuDevice.LEAST_RING),
          Math.max(1, found.get("num-vqs").getAsInt() / 2),
          0);
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | UnsupportedOperationException wrong) {
      throw new IllegalArgumentException("it is not JSON as QMP answers", wrong);
    }
  }

  private static JsonObject returned(JsonElement answer) {
    JsonObject object = answer.getAsJsonObject();
    JsonElement returned = object.get("return");
    return returned instanceof JsonObject inside ? inside : object;
  }

  /** What QEMU acknowledged at the back-end, where there is one outside of it. */
  private static long acknowledged(JsonObject status) {
    JsonObject features =
        status.get("vhost-dev") instanceof JsonObject device
            ? device.getAsJsonObject("acked-features")
            : status.getAsJsonObject("guest-features");
    long word =
        Stream.of("dev-features", "transports")
            .map(features::getAsJsonArray)
            .flatMap(array -> (array == null ? new JsonArray() : array).asList().stream())
            .map(name -> feature(name.getAsString()).mask())
            .reduce(0L, (a, b) -> a | b);
    JsonElement nameless = features.get("unknown-dev-features");
    return nameless == null ? word : word | nameless.getAsLong();
  }

  /** Of a name with a description behind it. */
  private static Feature feature(String text) {
    String name = text.split(":", 2)[0].strip();
    String word = name.replaceFirst("^" + PREFIX, "");
    return Optional.ofNullable(OTHERWISE.get(word))
        .or(() ->
            Stream.<Feature>concat(Stream.of(NetFeature.values()), Stream.of(RingFeature.values()))
                .filter(feature -> feature.toString().equals(word))
                .findFirst())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s is no feature of virtio-net".formatted(Text.shown(name))));
  }
}
