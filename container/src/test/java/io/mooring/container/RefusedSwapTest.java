package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.container.broken.RoomJar;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * A newcomer that is not what it should be is refused or taken back, the shell says why, and two
 * guests that number their frames go on.
 */
class RefusedSwapTest {

  /** The request (vhost-user, "Front-end message types"). */
  private static final int GET_FEATURES = 1;

  /** What who is refused reads: the end. */
  private static final int NOBODY = -1;

  @TempDir private static Path directory;

  private static PlainFelix felix;
  private static Guests guests;
  private static int connections;
  private long lost;

  @BeforeAll
  static void start() throws BundleException, IOException {
    felix = PlainFelix.start(directory);
    felix.addPort("a");
    felix.addPort("b");
    felix.addPort("c");
    guests = Guests.start(felix.socket("a"), felix.socket("b"));
    connections = guests.connections();
  }

  @AfterAll
  static void stop() {
    guests.close();
    felix.close();
  }

  @BeforeEach
  void count() {
    guests.assertMoving();
    lost = guests.lostOrRepeated();
  }

  private static void assertConnectionsStay() {
    guests.assertMoving();
    assertEquals(connections, guests.connections(), "connections made");
  }

  private void assertNothingHappenedToTheGuests() {
    assertConnectionsStay();
    assertEquals(lost, guests.lostOrRepeated(), "frames lost or repeated");
  }

  @ParameterizedTest
  @CsvSource({
    "ThrowsInTake, the engine throws java.lang.IllegalStateException: burst 10000",
    "ThrowsInPublish, the engine throws java.lang.IllegalStateException: burst 1000",
    "Stalls, and none is moved",
    "Loses, chains are lost"
  })
  void aBrokenEngineIsTakenBackAndTheShellSaysWhy(String way, String why) {
    Bundle old = felix.room("virtqueue");
    Path broken = RoomJar.brokenEngine(PlainFelix.bundle("virtqueue"), directory, way);
    String line = "vhost:swap virtqueue --bundle %s --probation 30 --warm-up 0".formatted(broken);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("was taken back: port "), refused::getMessage);
    assertTrue(refused.getMessage().contains(why), refused::getMessage);
    assertEquals(old, felix.room("virtqueue"));
    assertEquals(Bundle.ACTIVE, old.getState());
    String ports = felix.shell("vhost:ports");
    assertTrue(ports.contains(why), ports);
    for (String port : List.of("a", "b")) {
      String rooms = felix.shell("vhost:port " + port);
      assertTrue(rooms.matches("(?s).*\\nroom virtqueue +io.mooring.virtqueue 1.0.0.*"), rooms);
    }
    assertConnectionsStay();
    if (!way.equals("Loses")) {
      assertEquals(lost, guests.lostOrRepeated(), "frames lost or repeated");
    }
  }

  @Test
  void anEngineThatIsBrokenFromTheStartFailsOnSyntheticRings() {
    Path broken = RoomJar.brokenEngine(PlainFelix.bundle("virtqueue"), directory, "Stalls");
    String line = "vhost:swap virtqueue --bundle %s".formatted(broken);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("fails on synthetic rings"), refused::getMessage);
    assertNothingHappenedToTheGuests();
  }

  /** Who calls is to be accepted by the newcomer, and refused, as the port has a front-end. */
  @ParameterizedTest
  @CsvSource({
    "ThrowsInAwait, the transport throws java.lang.IllegalStateException",
    "Deaf, a socket has news and none is told"
  })
  void aBrokenTransportIsTakenBackAndNoConnectionEnds(String way, String why) throws Exception {
    Bundle old = felix.room("transport");
    Path broken = RoomJar.brokenTransport(PlainFelix.bundle("transport"), directory, way);
    String line = "vhost:swap transport --bundle %s --probation 30 --warm-up 0".formatted(broken);
    var over = new AtomicBoolean();
    var calls =
        new FutureTask<>(() -> {
          int last = NOBODY;
          while (!over.get() && last == NOBODY) {
            last = call();
          }
          return last;
        });
    Thread.ofVirtual().start(calls);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    over.set(true);
    assertEquals(NOBODY, calls.get(), "bytes from a port that has a front-end");
    assertTrue(refused.getMessage().contains("was taken back: port "), refused::getMessage);
    assertTrue(refused.getMessage().contains(why), refused::getMessage);
    assertEquals(old, felix.room("transport"));
    String rooms = felix.shell("vhost:port a");
    assertTrue(rooms.matches("(?s).*\\nroom transport +io.mooring.transport 1.0.0.*"), rooms);
    assertNothingHappenedToTheGuests();
  }

  private static int call() throws IOException {
    try (SocketChannel caller = SocketChannel.open(UnixDomainSocketAddress.of(felix.socket("a")))) {
      return caller.read(ByteBuffer.allocate(1));
    }
  }

  @Test
  void aTransportThatLosesDescriptorsIsRefused() {
    Path broken =
        RoomJar.brokenTransport(PlainFelix.bundle("transport"), directory, "LosesDescriptors");
    AssertionError refused =
        assertThrows(
            AssertionError.class,
            () -> felix.shell("vhost:swap transport --bundle %s --warm-up 0".formatted(broken)));
    assertTrue(
        refused
            .getMessage()
            .contains("cannot carry a message: message 0 does not arrive as it was sent"),
        refused::getMessage);
    assertNothingHappenedToTheGuests();
  }

  /** A broken room that a port has has a version of its own. */
  private void awaitNewcomer(String room, String port) {
    Eventually.holds(
        "the newcomer is on probation",
        () -> felix.shell("vhost:port " + port).contains("io.mooring.%s 9.0.0".formatted(room)),
        () -> felix.shell("vhost:port " + port));
  }

  /** Before any port has it, a VM that there is not comes and goes with it. */
  @ParameterizedTest
  @CsvSource({
    "ThrowsOnStop, a message: java.lang.IllegalStateException: no end",
    "Silent, GET_VRING_BASE is not answered"
  })
  void aProtocolWithWhichNoVmCanComeAndGoIsRefused(String way, String why) {
    Path broken = RoomJar.brokenProtocol(PlainFelix.bundle("protocol"), directory, way);
    String line = "vhost:swap protocol --bundle %s".formatted(broken);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(
        refused.getMessage().contains("a VM cannot come and go: " + why), refused::getMessage);
    assertNothingHappenedToTheGuests();
  }

  @Test
  void aProtocolThatFailsWithAMessageIsTakenBackAndTheMessageAnswered() throws Exception {
    Bundle old = felix.room("protocol");
    Path broken =
        RoomJar.brokenProtocol(PlainFelix.bundle("protocol"), directory, "ThrowsOnGetFeatures");
    String line = "vhost:swap protocol --bundle %s --probation 30 --warm-up 0".formatted(broken);
    try (SocketChannel frontEnd =
        SocketChannel.open(UnixDomainSocketAddress.of(felix.socket("c")))) {
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                awaitNewcomer("protocol", "c");
                askFeatures(frontEnd);
              });
      AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
      asking.join();
      assertTrue(
          refused
              .getMessage()
              .contains(
                  "was taken back: port c: request 1: the protocol throws"
                      + " java.lang.IllegalStateException: no features"),
          refused::getMessage);
      ByteBuffer answer = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
      while (answer.hasRemaining() && frontEnd.read(answer) > 0) {
        // Until all is there.
      }
      assertEquals(GET_FEATURES, answer.getInt(0));
      assertTrue(answer.getLong(12) != 0, "features are offered");
    }
    assertEquals(old, felix.room("protocol"));
    assertNothingHappenedToTheGuests();
  }

  private static void askFeatures(SocketChannel frontEnd) {
    ByteBuffer question = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    question.putInt(GET_FEATURES).putInt(1).putInt(0).flip();
    try {
      frontEnd.write(question);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DeliversNothing, frames were taken from guests and none was delivered",
    "ThrowsInPoll, java.lang.IllegalStateException: turn 200000"
  })
  void brokenNetDevicesAreTakenBackAndTheShellSaysWhy(String way, String why) {
    Bundle old = felix.room("net");
    Path broken = RoomJar.brokenNet(PlainFelix.bundle("net"), directory, way);
    String line = "vhost:swap net --bundle %s --probation 30 --warm-up 0".formatted(broken);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("was taken back: port "), refused::getMessage);
    assertTrue(refused.getMessage().contains(why), refused::getMessage);
    assertEquals(old, felix.room("net"));
    assertConnectionsStay();
  }

  @Test
  void systemCallsWithWhichNoVmCanComeAreTakenBack() {
    Bundle linux = felix.room("linux");
    Path broken = RoomJar.brokenOs(PlainFelix.bundle("linux"), directory);
    String line = "vhost:swap linux --bundle %s --probation 0".formatted(broken);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("was taken back"), refused::getMessage);
    assertTrue(refused.getMessage().contains("a VM cannot come and go"), refused::getMessage);
    assertEquals(Bundle.ACTIVE, linux.getState());
    assertEquals(null, linux.getHeaders().get("Bundle-Activator"));
    assertConnectionsStay();
  }

  /** What is declared is seen before anything is touched. */
  @ParameterizedTest
  @CsvSource({
    "feature.io.mooring.v1, Bundle-SymbolicName, io.mooring.else, 'it is bundle io.mooring.else,"
        + " not'",
    "feature.io.mooring.v1, Provide-Capability, '', port a has profile io.mooring.v1",
    "feature.io.mooring.v1, Require-Capability, io.mooring.engine;filter:=\"(max_ring>=99999)\","
        + " it requires what nobody provides: io.mooring.engine (max_ring>=99999)",
    "linux, Provide-Capability, '', it does not provide io.mooring.api.os.Os",
    "linux, Import-Package, org.nowhere, it requires what nobody provides: osgi.wiring.package"
  })
  void aBundleThatCannotTakeTheOthersPlaceIsRefusedBeforeItDoes(
      String room, String header, String value, String why) {
    Bundle old = felix.room(room);
    long updated = old.getLastModified();
    Path other = RoomJar.with(Path.of(URI.create(old.getLocation())), directory, header, value);
    String line = "vhost:swap %s --bundle %s --probation 0".formatted(room, other);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("stays as it is: "), refused::getMessage);
    assertTrue(refused.getMessage().contains(why), refused::getMessage);
    assertEquals(updated, old.getLastModified(), "the bundle was touched");
    assertNothingHappenedToTheGuests();
  }

  @Test
  void aBundleWhoseProfileIsNotWhatItDeclaresIsTakenBack() {
    Bundle old = felix.room("feature.io.mooring.plain.v1");
    String declared = old.getHeaders().get("Provide-Capability");
    String other = declared.replaceFirst("hash=\"[0-9a-f]{4}", "hash=\"0000");
    Path jar =
        RoomJar.with(
            Path.of(URI.create(old.getLocation())), directory, "Provide-Capability", other);
    String line = "vhost:swap io.mooring.plain.v1 --bundle %s --probation 0".formatted(jar);
    AssertionError refused = assertThrows(AssertionError.class, () -> felix.shell(line));
    assertTrue(refused.getMessage().contains("was taken back"), refused::getMessage);
    assertTrue(refused.getMessage().contains("profile io.mooring.plain.v1"), refused::getMessage);
    assertEquals(declared, old.getHeaders().get("Provide-Capability"));
    String profile = felix.shell("vhost:profile io.mooring.plain.v1");
    assertTrue(profile.contains("served"), profile);
    assertNothingHappenedToTheGuests();
  }

  @Test
  void aRoomThatOwnsTheConnectionsIsNotSwapped() {
    AssertionError refused =
        assertThrows(AssertionError.class, () -> felix.shell("vhost:swap port"));
    assertTrue(
        refused
            .getMessage()
            .contains(
                "room port cannot be swapped: update and refresh its bundle, and front-ends connect"
                    + " again"),
        refused::getMessage);
  }
}
