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
 * @param warmUp the longest that it is run on synthetic rings before; zero for not at all
 */
public record SwapRequest(
    String room, Optional<String> bundle, Set<String> ports, Duration probation, Duration warmUp) {}
