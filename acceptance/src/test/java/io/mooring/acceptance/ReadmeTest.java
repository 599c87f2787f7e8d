package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Command.Outcome;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What README.md tells its reader to type works as it stands there. */
final class ReadmeTest {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration ENDING = Duration.ofSeconds(20);

  /** A block of commands that this test runs has {@code <!-- tested -->} on the line before it. */
  private static final Pattern TESTED =
      Pattern.compile("^<!-- tested -->\n```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  static List<String> blocks() throws IOException {
    String readme = Files.readString(Distribution.directory().resolve("README.md"));
    return TESTED.matcher(readme).results().map(found -> found.group(1)).toList();
  }

  @Test
  void readmeHasBlocksThatAreTested() throws IOException {
    assertFalse(blocks().isEmpty(), "no block of commands in README.md is marked as tested");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void commandsOfTheReadmeSucceed(String commands) throws IOException {
    try (Scratch scratch = Scratch.make()) {
      Map<String, String> environment = new HashMap<>(Distribution.ENVIRONMENT);
      environment.put("HOME", scratch.path().toString());
      String inRoot = "cd '%s'\n%s".formatted(Distribution.directory(), commands);
      Outcome outcome = Command.run(LIMIT, environment, "sh", "-euc", inRoot);
      assertEquals(0, outcome.status(), outcome::toString);
      awaitEnd(scratch.file("harbour"));
    }
  }

  /** Not all blocks wait for what they kill. */
  private static void awaitEnd(Path home) throws IOException {
    Path lock = home.resolve("data/lock");
    if (Files.exists(lock)) {
      long owner = Long.parseLong(Files.readString(lock));
      Eventually.holds(
          "process %d of %s has ended".formatted(owner, home),
          ENDING,
          () -> ProcessHandle.of(owner).isEmpty(),
          () -> "it lives");
    }
  }
}
