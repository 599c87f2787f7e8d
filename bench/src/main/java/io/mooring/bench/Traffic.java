package io.mooring.bench;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What testpmd's {@code show port stats all} says of two ports.
 *
 * @param firstFrames received at the first port so far
 * @param secondFrames the same at the second
 * @param bytes received so far, both ports
 * @param framesPerSecond received since it was asked last, both ports
 */
record Traffic(long firstFrames, long secondFrames, long bytes, long framesPerSecond) {

  private static final String PORT =
      "NIC statistics for port %d [^R]*RX-packets: (\\d+) +RX-missed: \\d+ +RX-bytes: +(\\d+)"
          + "[\\s\\S]*?Rx-pps: +(\\d+)[\\s\\S]*?\\n *#{60,}\\s";

  /** The whole answer. */
  static final Pattern PATTERN =
      Pattern.compile(PORT.formatted(0) + "[\\s\\S]*?" + PORT.formatted(1));

  static Traffic of(MatchResult match) {
    return new Traffic(
        number(match, 1),
        number(match, 4),
        number(match, 2) + number(match, 5),
        number(match, 3) + number(match, 6));
  }

  private static long number(MatchResult match, int group) {
    return Long.parseLong(match.group(group));
  }

  long frames() {
    return firstFrames + secondFrames;
  }
}
