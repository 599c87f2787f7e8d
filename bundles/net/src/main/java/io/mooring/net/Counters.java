package io.mooring.net;

import java.util.LinkedHashMap;
import java.util.Map;

/** What happened at one port, from its guest's side. The worker counts and reads. */
final class Counters {

  long fromGuestFrames;
  long fromGuestBytes;
  long toGuestFrames;
  long toGuestBytes;
  long malformed;
  long noReceiver;
  long linkDown;
  long noBuffer;
  long tooLarge;
  long notSegmentable;
  long filtered;
  long controlRefused;

  /**
   * Frames of this sender that have no receiver: nobody else is up, the address is its own, or they
   * are malformed.
   */
  void undeliverable(Frames frames, int start, int to) {
    for (int i = start; i < to; i++) {
      if (frames.length[i] == 0) {
        malformed++;
      } else {
        noReceiver++;
      }
    }
  }

  Map<String, Long> asMap() {
    Map<String, Long> map = new LinkedHashMap<>();
    map.put("from_guest_frames", fromGuestFrames);
    map.put("from_guest_bytes", fromGuestBytes);
    map.put("to_guest_frames", toGuestFrames);
    map.put("to_guest_bytes", toGuestBytes);
    map.put("from_guest_dropped_malformed", malformed);
    map.put("from_guest_dropped_no_receiver", noReceiver);
    map.put("from_guest_dropped_link_down", linkDown);
    map.put("to_guest_dropped_no_buffer", noBuffer);
    map.put("to_guest_dropped_too_large", tooLarge);
    map.put("to_guest_dropped_not_segmentable", notSegmentable);
    map.put("to_guest_dropped_filtered", filtered);
    map.put("control_refused", controlRefused);
    return map;
  }

  /** Goes on from what another one has counted. */
  void goOn(Map<String, Long> values) {
    fromGuestFrames = values.getOrDefault("from_guest_frames", fromGuestFrames);
    fromGuestBytes = values.getOrDefault("from_guest_bytes", fromGuestBytes);
    toGuestFrames = values.getOrDefault("to_guest_frames", toGuestFrames);
    toGuestBytes = values.getOrDefault("to_guest_bytes", toGuestBytes);
    malformed = values.getOrDefault("from_guest_dropped_malformed", malformed);
    noReceiver = values.getOrDefault("from_guest_dropped_no_receiver", noReceiver);
    linkDown = values.getOrDefault("from_guest_dropped_link_down", linkDown);
    noBuffer = values.getOrDefault("to_guest_dropped_no_buffer", noBuffer);
    tooLarge = values.getOrDefault("to_guest_dropped_too_large", tooLarge);
    notSegmentable = values.getOrDefault("to_guest_dropped_not_segmentable", notSegmentable);
    filtered = values.getOrDefault("to_guest_dropped_filtered", filtered);
    controlRefused = values.getOrDefault("control_refused", controlRefused);
  }
}
