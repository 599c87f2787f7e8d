package io.mooring.api.profile;

import java.util.List;
import java.util.Optional;

/**
 * Whether a VM may move.
 *
 * @param possible whether the destination serves the interface that the VM has
 * @param missing the values that the destination lacks, one line each
 * @param lost of these, the features that the guest uses: with them the migration itself fails
 * @param profile the least profile of the destination that serves what the guest uses, if any
 */
public record MovePlan(
    boolean possible, List<String> missing, List<String> lost, Optional<String> profile) {}
