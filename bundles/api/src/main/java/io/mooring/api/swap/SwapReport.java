package io.mooring.api.swap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A swap that went well.
 *
 * @param room its short name
 * @param from the bundles that served before: name, version and number
 * @param to the bundle that serves now
 * @param ports those that were moved; empty where ports are not moved one by one
 * @param warmUp how long it was tried and warmed up before it was moved to
 * @param movedAt when the first port was moved
 * @param longestMove the longest that a worker was kept from polling
 * @param beside whether old and new were there at the same time; otherwise the bundle was updated
 *     where it was
 */
public record SwapReport(
    String room,
    List<String> from,
    String to,
    List<String> ports,
    Duration warmUp,
    Instant movedAt,
    Duration longestMove,
    boolean beside) {}
