package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BundleJar;
import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.LastingPort;
import io.mooring.acceptance.rig.LastingPort.Kind;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.transport.Listener;
import io.mooring.container.broken.RoomJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One process takes over from another while frames flow between VMs on every kind of port. */
final class UpgradeUnderFlowsTest {

  private static final int FRAMES = 20_000;
  private static final Kind TRACKED = SeveredFlows.EVERY_KIND.get(1);

  private final Scratch scratch = Scratch.make();
  private final SeveredFlows flows = new SeveredFlows();
  private final List<String> ports = new ArrayList<>();

  @AfterEach
  void close() {
    flows.close();
    scratch.close();
  }

  /** Two ports that are alone at a switch. */
  private void pair(String number, String from, String to, String keys) {
    for (String port :
        List.of("from%s=%s".formatted(number, from), "to%s=%s".formatted(number, to))) {
      ports.add("--port");
      ports.add("%s,switch=s%s%s".formatted(port, number, keys));
    }
  }

  private MooringProcess start() {
    return MooringProcess.start(scratch, ports.toArray(String[]::new));
  }

  private Path socket(String end, String number) {
    return scratch.file(end + number);
  }

  private void listening(String number, Kind kind) throws IOException {
    Path from = socket("from", number);
    Path to = socket("to", number);
    pair(number, from.toString(), to.toString(), "");
    flows.add(kind, from, to);
  }

  /** Frames flow for as long as a new process takes. */
  private static void upgrade(MooringProcess mooring, SeveredFlows flows) {
    var upgrade = CompletableFuture.runAsync(mooring::upgrade);
    while (!upgrade.isDone()) {
      flows.send();
    }
    upgrade.join();
  }

  private static void assertNobodyWasDisconnected(MooringProcess mooring) {
    assertTrue(
        mooring.log().stream().noneMatch(line -> line.contains("disconnected")),
        () -> "no front-end was disconnected: " + mooring.log());
  }

  @Test
  void everyFrameArrivesOnceWithEveryKindOfRingAndEachProfilesSocketListensOn() throws IOException {
    for (int number = 0; number < SeveredFlows.EVERY_KIND.size(); number++) {
      listening("" + number, SeveredFlows.EVERY_KIND.get(number));
    }
    pair("p", scratch.file("%p-from").toString(), scratch.file("%p-to").toString(), "");
    flows.add(TRACKED, scratch.file("io.mooring.v1-from"), scratch.file("io.mooring.v1-to"));
    try (MooringProcess mooring = start()) {
      flows.connect(true);
      flows.flow(FRAMES);
      upgrade(mooring, flows);
      flows.flow(FRAMES);
      flows.settle("an upgrade");
      assertNobodyWasDisconnected(mooring);
      flows.connect(true);
      flows.flow(FRAMES);
      flows.settle("an upgrade and another connection");
      mooring.stop();
    }
  }

  @Test
  void aPortThatConnectsByItselfStaysConnectedAndConnectsAgain() throws IOException {
    try (Listener there = Lab.TRANSPORT.listener()) {
      Path from = socket("from", "c");
      Path to = socket("to", "c");
      pair("c", from.toString(), to.toString(), ",mode=client");
      flows.add(TRACKED, from, to);
      there.add(from);
      there.add(to);
      try (MooringProcess mooring = start()) {
        flows.accept(there);
        flows.flow(FRAMES);
        upgrade(mooring, flows);
        flows.flow(FRAMES);
        flows.settle("an upgrade");
        assertNobodyWasDisconnected(mooring);
        flows.each().getFirst().from().hangUp();
        flows.each().getFirst().to().hangUp();
        flows.accept(there);
        flows.flow(FRAMES);
        flows.settle("an upgrade and another connection");
        mooring.stop();
      }
    }
  }

  @Test
  void whatTheNewProcessWritesIsInTheDirtyLog() throws IOException {
    listening("", TRACKED);
    try (MooringProcess mooring = start()) {
      flows.connect(true);
      LastingPort receiver = flows.each().getFirst().to();
      receiver.log();
      flows.flow(FRAMES);
      assertTrue(receiver.takeDirtyPages() > 0, "the old process logs");
      upgrade(mooring, flows);
      flows.settle("an upgrade");
      receiver.takeDirtyPages();
      flows.flow(FRAMES);
      assertTrue(receiver.takeDirtyPages() > 0, "the new process logs");
      mooring.stop();
    }
  }

  @Test
  void theOldProcessEndsOnlyWhenWhoAskedHasTheAnswer() {
    try (MooringProcess mooring = start()) {
      mooring.upgradeWithLateAnswer();
      mooring.stop();
    }
  }

  /** Nothing opens a tracked queue before all stands still: it would change what is tracked. */
  @Test
  void allGoesOnWhenTheNewProcessFailsWhileNothingMoves() throws IOException {
    listening("", TRACKED);
    Path program = broken("RefusesTracked");
    try (MooringProcess mooring = start()) {
      flows.connect(true);
      flows.flow(FRAMES);
      String why = refusedUpgrade(mooring, program);
      assertTrue(why.contains("port from: queue"), why);
      assertTrue(why.contains("tracked"), why);
      flows.flow(FRAMES);
      flows.settle("an upgrade that failed");
      assertNobodyWasDisconnected(mooring);
      mooring.stop();
    }
  }

  /**
   * By then it has moved frames: only the rings know where they are. What it was just delivering
   * may come once more.
   */
  @Test
  void noFrameIsLostWhenTheNewProcessEndsJustAfterItTookOver() throws IOException {
    for (int number = 0; number < SeveredFlows.EVERY_KIND.size(); number++) {
      listening("" + number, SeveredFlows.EVERY_KIND.get(number));
    }
    Path program = broken("EndsAtHome");
    try (MooringProcess mooring = start()) {
      flows.connect(true);
      flows.flow(FRAMES);
      long first = mooring.pid();
      String why = refusedUpgrade(mooring, program);
      assertTrue(why.contains("ended with status 9 just after it had taken over"), why);
      flows.connect(true);
      flows.flow(FRAMES);
      flows.settleWithRepeats("an upgrade that failed late");
      assertEquals(first, mooring.pid());
      mooring.upgrade();
      flows.flow(FRAMES);
      flows.settleWithRepeats("an upgrade after one that failed late");
      mooring.stop();
    }
  }

  /** Another version, whose engine is broken in a way. */
  private Path broken(String way) throws IOException {
    Path engine = Distribution.bundle("virtqueue");
    Path program = Distribution.copy(scratch.file("other"), "virtqueue", BundleJar.of("virtqueue"));
    Files.copy(
        RoomJar.brokenEngine(engine, scratch.path(), way),
        scratch
            .file("other")
            .resolve("launcher/target/mooring")
            .resolve("bundles/3")
            .resolve(engine.getFileName()),
        StandardCopyOption.REPLACE_EXISTING);
    return program;
  }

  /** Frames flow meanwhile; returns what is said about it. */
  private String refusedUpgrade(MooringProcess mooring, Path program) {
    var upgrade = CompletableFuture.supplyAsync(() -> mooring.exec("vhost:upgrade " + program));
    while (!upgrade.isDone()) {
      flows.send();
    }
    Command.Outcome outcome = upgrade.join();
    assertEquals(1, outcome.status(), outcome.toString());
    return outcome.err();
  }
}
