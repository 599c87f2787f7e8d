package io.mooring.api.upgrade;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An upgrade that went well.
 *
 * @param process the number of the process that serves now
 * @param ports those that it took over, connected or not
 * @param movedAt when the last frame was moved by the old process
 * @param gap how long no frame was moved
 */
public record UpgradeReport(long process, List<String> ports, Instant movedAt, Duration gap) {}
