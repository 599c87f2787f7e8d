package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertUsage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The command line of {@code start}. */
class StartOptionsTest {

  private static StartOptions parse(String... arguments) throws Refusal {
    return StartOptions.parse(List.of(arguments), Path.of("/here"));
  }

  @Test
  void nothingNeedsToBeSaid() throws Refusal {
    assertEquals(
        new StartOptions(Optional.empty(), List.of(), Map.of(), Optional.empty(), Optional.empty()),
        parse());
  }

  @Test
  void everythingCanBeSaidInAnyOrder() throws Refusal {
    StartOptions options =
        parse(
            "--cores=0,1",
            "--port",
            "b=b",
            "--uplink",
            "tap=m0",
            "--home",
            "h",
            "--port=a=/a",
            "--uplink",
            "tap=m1");
    assertEquals(Optional.of("h"), options.home());
    assertEquals(Optional.of("0,1"), options.cores());
    assertEquals(
        List.of(
            new PortOption("b", Map.of("socket", "/here/b")),
            new PortOption("a", Map.of("socket", "/a"))),
        options.ports());
    assertEquals(Map.of("m0", Map.of("tap", "m0"), "m1", Map.of("tap", "m1")), options.uplinks());
  }

  @Test
  void unknownWordsAreRefused() {
    String known = ": unknown option, known are --home, --port, --uplink, --cores";
    assertUsage("--bogus" + known, () -> parse("--bogus"));
    assertUsage("--bogus" + known, () -> parse("--bogus=1"));
    assertUsage("extra" + known, () -> parse("--home", "h", "extra"));
    assertUsage("two lines" + known, () -> parse("two\nlines"));
  }

  @Test
  void whatIsOneIsSaidOnce() {
    assertUsage("--home: given twice", () -> parse("--home", "a", "--home", "b"));
    assertUsage("--cores: given twice", () -> parse("--cores", "0", "--cores=0"));
    assertUsage("--uplink tap=m0: given twice", () -> parse("--uplink=tap=m0", "--uplink=tap=m0"));
    assertUsage("--port a: given twice", () -> parse("--port=a=/a", "--port=b=/b", "--port=a=/c"));
  }

  @Test
  void anUplinkIsATapInterface() {
    String allowed = ": expected tap=NAME, NAME being 1 to 15 of the characters A-Z a-z 0-9 _ . -";
    assertUsage("--uplink eth0" + allowed, () -> parse("--uplink", "eth0"));
    assertUsage("--uplink tap=" + allowed, () -> parse("--uplink", "tap="));
    assertUsage("--uplink tap=a/b" + allowed, () -> parse("--uplink", "tap=a/b"));
    assertUsage(
        "--uplink tap=sixteen-letters-" + allowed, () -> parse("--uplink", "tap=sixteen-letters-"));
  }

  @Test
  void coresAreNumbers() {
    String expected = ": expected processor numbers such as 0,1";
    assertUsage("--cores all" + expected, () -> parse("--cores", "all"));
    assertUsage("--cores 0," + expected, () -> parse("--cores", "0,"));
    assertUsage("--cores 0-3" + expected, () -> parse("--cores", "0-3"));
    assertUsage("--cores -1" + expected, () -> parse("--cores", "-1"));
    assertUsage("--cores 99999" + expected, () -> parse("--cores", "99999"));
    assertUsage("--cores: its value is missing", () -> parse("--cores"));
  }
}
