package io.mooring.api.swap;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What to swap.
 *
 * @param room short name: {@code virtqueue}, {@code net}, {@code protocol}, or a profile's
 * @param bundle path or URL of the new bundle; a fresh instance of the old one when absent
 * @param ports the ports to move; all when empty
 * @param probation how long the new one must do well before the old one goes
 * @param warmUp the longest that it is warmed up before, on synthetic rings or by a VM that there
 *     is not; with zero such a VM still comes and goes
 */
public record SwapRequest(
    String room, Optional<String> bundle, Set<String> ports, Duration probation, Duration warmUp) {}
