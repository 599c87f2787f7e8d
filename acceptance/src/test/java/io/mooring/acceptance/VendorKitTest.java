package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Command.Outcome;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A vendor copies the kit and works by its README. */
final class VendorKitTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Scratch scratch;
  private Path kit;

  @BeforeEach
  void copy() {
    scratch = Scratch.make();
    kit = scratch.file("kit");
    String original = Distribution.directory().resolve("vendor-kit").toString();
    Outcome copied = Command.run("cp", "-r", original, kit.toString());
    assertEquals(0, copied.status(), copied::toString);
  }

  @AfterEach
  void remove() {
    scratch.close();
  }

  private Outcome kit(String task) {
    Map<String, String> environment = new TreeMap<>(Distribution.ENVIRONMENT);
    environment.put("MOORING", Distribution.directory().toString());
    return Command.run(LIMIT, environment, kit.resolve("kit").toString(), task);
  }

  private void write(String name, String values) throws IOException {
    Files.writeString(
        kit.resolve("profiles/more.profile"),
        "name: %s\nsource: a test\nvalues: device=net,%s,max_ring=256,mtu=1500\n"
            .formatted(name, values));
  }

  private void assertRefused(Outcome outcome, String why) {
    assertNotEquals(0, outcome.status(), outcome::toString);
    assertEquals(1, outcome.errors().size(), () -> "one line: " + outcome);
    assertTrue(outcome.err().contains(why), outcome::toString);
  }

  @Test
  void theExampleBuildsAndIsServedBitForBit() {
    Outcome built = kit("build");
    assertEquals(0, built.status(), built::toString);
    assertTrue(
        Files.exists(kit.resolve("target/io.mooring.feature.com.example.switch.v1.jar")),
        built::toString);
    Outcome tested = kit("test");
    assertEquals(0, tested.status(), tested::toString);
    assertEquals(
        List.of("com.example.switch.v1: served, bit for bit"), tested.out().lines().toList());
  }

  @Test
  void whatThisMooringCannotServeIsNamedWithWhatIsMissing() throws IOException {
    write("com.example.more.v1", "csum=on,max_queue_pairs=32768");
    Outcome tested = kit("test");
    assertRefused(tested, "not all profiles are served");
    assertTrue(
        tested.out().contains("com.example.more.v1: not served: lacks max_queue_pairs=32768"),
        tested::toString);
  }

  @Test
  void aMistakeIsOneLine() throws IOException {
    write("com.example.more.v1", "mrg_rxbuff=on,max_queue_pairs=1");
    assertRefused(kit("build"), "more.profile: a net profile has no value mrg_rxbuff");
  }

  @Test
  void aVersionThatChangesNothingIsRefused() throws IOException {
    String example = Files.readString(kit.resolve("profiles/switch.profile"));
    Files.writeString(
        kit.resolve("profiles/more.profile"), example.replace("switch.v1", "switch.v2"));
    assertRefused(kit("build"), "needless bump");
  }

  @Test
  void withoutACheckoutItSaysWhatToSay() {
    Outcome lost =
        Command.run(LIMIT, Map.of("MOORING", "/nowhere"), kit.resolve("kit").toString(), "build");
    assertRefused(lost, "export MOORING=/path/to/mooring");
  }
}
