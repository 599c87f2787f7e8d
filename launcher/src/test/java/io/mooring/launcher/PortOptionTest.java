package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertUsage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code --port} takes and what it refuses. */
class PortOptionTest {

  private static PortOption parse(String text) throws Refusal {
    return PortOption.parse(text, Path.of("/here"));
  }

  @Test
  void aRelativeSocketIsBelowTheDirectory() throws Refusal {
    assertEquals(
        new PortOption("a", Map.of("socket", "/here/s", "queues", "4")), parse("a=s,queues=4"));
  }

  @Test
  void everyKeyIsTaken() throws Refusal {
    assertEquals(
        Map.of(
            "socket",
            "/a",
            "mode",
            "client",
            "profile",
            "org.dpdk.v18.11",
            "switch",
            "blue",
            "mtu",
            "9000",
            "queues",
            "2"),
        parse("a=/a,mode=client,profile=org.dpdk.v18.11,switch=blue,mtu=9000,queues=2").settings());
  }

  @Test
  void aDoubledCommaBelongsToTheValue() throws Refusal {
    assertEquals(
        Map.of("socket", "/a,b", "profile", "csum=on,max_ring=512", "mtu", "1400"),
        parse("a=/a,,b,profile=csum=on,,max_ring=512,mtu=1400").settings());
  }

  @Test
  void aValueMayEndWithAComma() throws Refusal {
    assertEquals(Map.of("socket", "/a,", "mtu", "1400"), parse("a=/a,,,mtu=1400").settings());
  }

  @Test
  void whatIsNoSettingIsRefused() {
    assertUsage("--port a: expected NAME=SOCKET[,key=value...]", () -> parse("a"));
    assertUsage("--port a: 'max_ring' is no key=value", () -> parse("a=/a,max_ring"));
    assertUsage("--port a: '' is no key=value", () -> parse("a=/a,"));
    assertUsage("--port a: mtu is given twice", () -> parse("a=/a,mtu=1,mtu=2"));
    assertUsage("--port a: socket is given twice", () -> parse("a=/a,socket=/b"));
  }

  @Test
  void aNameIsShortAndPlain() throws Refusal {
    String allowed = ": a port's name is 1 to 64 of the characters A-Z a-z 0-9 _ . -";
    String longest = "n".repeat(64);
    assertEquals(longest, parse(longest + "=/a").name());
    assertUsage("--port n" + longest + allowed, () -> parse("n" + longest + "=/a"));
    assertUsage("--port " + allowed, () -> parse("=/a"));
    assertUsage("--port a/b" + allowed, () -> parse("a/b=/a"));
  }

  @Test
  void aSocketIsAPathThatTheSystemHasRoomFor() throws Refusal {
    String longest = "/" + "x".repeat(106);
    assertEquals(longest, parse("a=" + longest).settings().get("socket"));
    assertUsage(
        "--port a: socket path has 108 bytes, at most 107 are allowed: " + longest + "x",
        () -> parse("a=" + longest + "x"));
    String missing = "--port a: socket is missing; give the path of a unix socket";
    assertUsage(missing, () -> parse("a="));
    assertUsage(missing, () -> parse("a=,mtu=1500"));
    assertUsage("--port a: socket: Nul character not allowed", () -> parse("a=/a\0"));
  }

  @Test
  void aPathIsMeasuredInBytes() {
    String socket = "/" + "\u00e9".repeat(54);
    assertEquals(
        "socket path has 109 bytes, at most 107 are allowed: " + socket,
        new PortOption("a", Map.of("socket", socket)).fault());
  }

  @Test
  void aValueStaysOnItsLine() {
    assertUsage("--port a: socket has a control character", () -> parse("a=/a\nmode = client"));
    assertUsage("--port a: profile has a control character", () -> parse("a=/a,profile=x\rmtu=1"));
  }

  @Test
  void aWrongKeyOrValueIsNamedWithWhatIsAllowed() {
    assertUsage(
        "--port a: unknown key 'colour', known are socket, mode, profile, switch, mtu, queues,"
            + " speed, postcopy",
        () -> parse("a=/a,colour=red"));
    assertUsage(
        "--port a: mode 'sideways' is neither server nor client",
        () -> parse("a=/a,mode=sideways"));
    assertUsage(
        "--port a: postcopy 'on' is neither true nor false", () -> parse("a=/a,postcopy=on"));
    assertUsage("--port a: mtu 'big' is no number", () -> parse("a=/a,mtu=big"));
    assertUsage("--port a: queues '-1' is no number", () -> parse("a=/a,queues=-1"));
    assertUsage("--port a: queues '' is no number", () -> parse("a=/a,queues="));
  }
}
