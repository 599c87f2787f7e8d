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
 * @param restart the profile of the destination with most of the VM's interface and nothing else:
 *     with it, from its next start, the VM could move
 */
public record MovePlan(
    boolean possible,
    List<String> missing,
    List<String> lost,
    Optional<String> profile,
    Optional<String> restart) {

  /** The same for a person. */
  public String sentence() {
    if (possible) {
      return "It can move: the destination serves the same interface.";
    }
    String lacks = "the destination lacks %s".formatted(String.join(", ", missing));
    String remedy =
        restart
            .map(name -> "started anew with profile %s it could".formatted(name))
            .orElse("no profile there would do");
    if (!lost.isEmpty()) {
      return "It cannot move: %s, and the guest uses %s; %s."
          .formatted(lacks, String.join(", ", lost), remedy);
    }
    return profile
        .map(name ->
            "It cannot move as it is: %s; the guest does without them, so profile %s would let it move."
                .formatted(lacks, name))
        .orElse("It cannot move: %s; %s.".formatted(lacks, remedy));
  }
}
