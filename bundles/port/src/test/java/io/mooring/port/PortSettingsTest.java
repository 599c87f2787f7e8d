package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A port's configuration, and one line for each mistake in it. */
class PortSettingsTest {

  private static PortSettings of(Object... keysAndValues) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("socket", "/run/a");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return PortSettings.of("a", configuration);
  }

  private static String refused(Object... keysAndValues) {
    String line =
        assertThrows(IllegalArgumentException.class, () -> of(keysAndValues)).getMessage();
    assertEquals(1, line.lines().count(), line);
    return line;
  }

  @Test
  void aSocketIsEnough() {
    PortSettings settings = of();
    assertEquals("a", settings.name());
    assertEquals(Path.of("/run/a"), settings.socket().path());
    assertFalse(settings.client());
    assertEquals("net", settings.device());
    assertEquals(Optional.empty(), settings.profile());
    assertEquals(0, settings.queuePairs());
    assertFalse(settings.postcopy());
    assertEquals(Map.of(), settings.deviceSettings());
  }

  @Test
  void everyKeyIsTaken() {
    PortSettings settings =
        of(
            "mode",
            "client",
            "device",
            "blk",
            "profile",
            "x.v1",
            "queues",
            8,
            "switch",
            "blue",
            "mtu",
            "9000",
            "speed",
            "25000",
            "postcopy",
            "true");
    assertTrue(settings.client());
    assertEquals("blk", settings.device());
    assertEquals(Optional.of("x.v1"), settings.profile());
    assertEquals(8, settings.queuePairs());
    assertTrue(settings.postcopy());
    assertEquals(
        Map.of("switch", "blue", "mtu", "9000", "speed", "25000"), settings.deviceSettings());
  }

  /** ConfigAdmin and FileInstall add such: service.pid, felix.fileinstall.filename. */
  @Test
  void keysWithDotsAreTheFrameworks() {
    assertEquals(
        Map.of(), of("service.pid", "x", "felix.fileinstall.filename", "y").deviceSettings());
  }

  @Test
  void spaceAroundAValueIsIgnored() {
    assertEquals(Path.of("/run/b"), of("socket", "  /run/b \t").socket().path());
    assertEquals(Optional.empty(), of("profile", "  ").profile());
  }

  @Test
  void aRelativeSocketIsMadeAbsolute() {
    assertTrue(of("socket", "b").socket().path().isAbsolute());
  }

  @Test
  void anUnknownKeyIsNamedWithTheKnownOnes() {
    assertEquals(
        "unknown key sokcet; the keys are [device, mode, mtu, postcopy, profile, queues,"
            + " socket, speed, switch]",
        refused("sokcet", "/run/b"));
  }

  @Test
  void postcopyIsTrueOrFalse() {
    assertFalse(of("postcopy", "false").postcopy());
    assertEquals("postcopy=on: allowed are true and false", refused("postcopy", "on"));
  }

  @Test
  void aModeIsServerOrClient() {
    assertEquals("mode=Client: allowed are server and client", refused("mode", "Client"));
    assertEquals("mode=: allowed are server and client", refused("mode", ""));
  }

  @Test
  void aSocketIsNeeded() {
    assertEquals("socket is missing: a port needs the path of its socket", refused("socket", ""));
    assertThrows(IllegalArgumentException.class, () -> PortSettings.of("a", Map.of()));
  }

  @Test
  void aSocketsPathHasAtMost107Bytes() {
    String longest = "/" + "x".repeat(106);
    assertEquals(Path.of(longest), of("socket", longest).socket().path());
    assertEquals(
        "socket path has 108 bytes, at most 107 are allowed: " + longest + "x",
        refused("socket", longest + "x"));
    assertTrue(refused("socket", "/" + "ä".repeat(54)).startsWith("socket path has 109 bytes"));
  }

  @Test
  void aRelativePathIsMeasuredAsItIsUsed() {
    assertTrue(refused("socket", "x".repeat(107)).startsWith("socket path has "));
  }

  @Test
  void whatIsNoPathIsRefused() {
    assertTrue(refused("socket", "/run/\0").contains("is not a path"));
  }

  @Test
  void aTemplateIsOnePathAProfile() {
    SocketPath socket = of("socket", "/run/x/%p/50%%/a.sock").socket();
    assertTrue(socket.isTemplate());
    assertEquals("/run/x/%p/50%%/a.sock", socket.toString());
    assertEquals(Path.of("/run/x/org.dpdk.v18.11/50%/a.sock"), socket.path("org.dpdk.v18.11"));
    assertEquals(2, socket.ownDirectories());
    assertEquals(0, of("socket", "/run/x/a-%p.sock").socket().ownDirectories());
    assertFalse(of("socket", "/run/50%%").socket().isTemplate());
    assertEquals(Path.of("/run/50%"), of("socket", "/run/50%%").socket().path());
  }

  @ParameterizedTest
  @CsvSource({
    "/run/%p/%p, '%p is there twice, allowed is once'",
    "/run/%x/a, '%x means nothing; %p stands for the profile''s name, %% for a %'",
    "/run/a%, '% means nothing; %p stands for the profile''s name, %% for a %'",
  })
  void aMistakeInATemplateIsNamed(String template, String mistake) {
    assertEquals("socket=%s: %s".formatted(template, mistake), refused("socket", template));
  }

  @Test
  void aTemplateIsForServersAndDecidesTheProfile() {
    assertEquals(
        "socket=/run/%p: %p is for mode=server, a client connects to one socket",
        refused("socket", "/run/%p", "mode", "client"));
    assertEquals(
        "socket=/run/%p: with %p the socket decides the profile, so profile=x.v1 cannot be given",
        refused("socket", "/run/%p", "profile", "x.v1"));
  }

  @Test
  void aTemplateLeavesRoomForAName() {
    String longest = "/" + "x".repeat(102);
    assertEquals(Optional.empty(), of("socket", longest + "%p").socket().fault("a.v1"));
    assertEquals(
        Optional.of("socket path has 108 bytes, at most 107 are allowed: " + longest + "ab.v1"),
        of("socket", longest + "%p").socket().fault("ab.v1"));
    assertEquals(
        "socket path has 108 bytes with the shortest profile name, at most 107 are allowed: "
            + longest
            + "x%p",
        refused("socket", longest + "x%p"));
  }

  @ParameterizedTest
  @CsvSource({"queues,1", "queues,128", "mtu,68", "mtu,65535", "speed,1", "speed,1000000"})
  void numbersAtTheirLimitsAreTaken(String key, int value) {
    of(key, value);
    of(key, String.valueOf(value));
  }

  @ParameterizedTest
  @CsvSource({
    "queues,0,1 to 128",
    "queues,129,1 to 128",
    "queues,-1,1 to 128",
    "queues,x,1 to 128",
    "queues,2147483648,1 to 128",
    "queues,1.5,1 to 128",
    "mtu,67,68 to 65535",
    "mtu,65536,68 to 65535",
    "mtu,4294968796,68 to 65535",
    "speed,0,1 to 1000000",
    "speed,1000001,1 to 1000000",
    "speed,10G,1 to 1000000"
  })
  void numbersBeyondThemAreRefused(String key, String value, String allowed) {
    assertEquals("%s=%s: allowed are %s".formatted(key, value, allowed), refused(key, value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"queues", "mtu", "speed"})
  void anEmptyNumberIsRefused(String key) {
    assertTrue(refused(key, "").startsWith(key + "=: allowed are "));
  }
}
