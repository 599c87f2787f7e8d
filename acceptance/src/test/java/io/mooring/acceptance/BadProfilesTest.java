package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Profiles that are none, dropped into a running instance: one clear line, and nothing changes. */
final class BadProfilesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String LIMITS = "max_ring=256,max_queue_pairs=1,mtu=1500";

  private static Scratch scratch;
  private static MooringProcess mooring;

  @BeforeAll
  static void start() {
    scratch = Scratch.make();
    mooring = MooringProcess.start(scratch, "--port", "a=" + scratch.file("a"));
  }

  @AfterAll
  static void stop() {
    try (Scratch _ = scratch;
        MooringProcess process = mooring) {
      process.stop();
    }
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        bad("unknown", values("hyperdrive=on,"), "has no value hyperdrive"),
        bad("misspelt", values("mrg_rxbuff=on,"), "did you mean mrg_rxbuf?"),
        bad("duplicate", values("csum=on,csum=on,"), "csum is there twice"),
        bad("contradictory", values("guest_tso4=on,"), "guest_tso4"),
        bad("redefined", named("io.mooring.v1", "csum=on,"), "io.mooring.v1"),
        bad("oversized", bytes("x".repeat(1 << 20)), "longer than 65536 bytes"),
        bad("binary", noise(), "it is not text"),
        bad("empty", new byte[0], "it lacks name:"));
  }

  private static Arguments bad(String what, byte[] file, String line) {
    return arguments(what, file, line);
  }

  private static byte[] values(String features) {
    return named("com.example.bad.v1", features);
  }

  private static byte[] named(String name, String features) {
    return bytes(
        "name: %s\nsource: a test\nvalues: device=net,%s%s\n".formatted(name, features, LIMITS));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] noise() {
    byte[] noise = new byte[4096];
    new Random(1).nextBytes(noise);
    return noise;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void isOneLineAndNothingElseChanges(String what, byte[] bytes, String line) throws IOException {
    String published = mooring.published().toString();
    int logged = mooring.log().size();
    Path file = mooring.home().resolve("load/" + what + ".profile");
    // At once, as nobody writes it: what is read in between would be refused for another reason.
    Files.move(Files.write(scratch.file(what), bytes), file, StandardCopyOption.ATOMIC_MOVE);
    Eventually.holds(
        "it is refused", PATIENCE, () -> !mooring.complaints(logged).isEmpty(), mooring::log);
    Files.delete(file);
    List<String> lines = mooring.complaints(logged);
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.getFirst().contains(what + ".profile"), lines::toString);
    assertTrue(lines.getFirst().contains(line), lines::toString);
    assertEquals(published, mooring.published().toString());
    assertEquals("LISTENING", mooring.port("a").get("state").getAsString());
  }
}
