package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BundleJar;
import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.Harbour;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MoveReport;
import io.mooring.acceptance.rig.MoveReport.Way;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.Talk;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.api.virtio.RingFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * VMs that talk all the time move between hosts, there and back. A guest with a card at each host
 * is the network between them. QEMU emulates the processors, and may then lose a store that is
 * under way while a page is sent, so a VM does not write more memory than its traffic needs.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class MigrationTest {

  /** {@code -Dacceptance.migration.rounds=10} for as many moves there and back in each row. */
  private static final int ROUNDS = Integer.getInteger("acceptance.migration.rounds", 1);

  private static final int VM = 9;
  private static final String PLAIN = "io.mooring.plain.v1";
  private static final String DPDK = "org.dpdk.net_vhost.v" + TestPmd.version();

  private static final String SMALL =
      "device=net,log_all=on,mrg_rxbuf=on,csum=on,guest_csum=on,ctrl_vq=on,mq=on,version_1=on,"
          + "max_ring=256,max_queue_pairs=2,mtu=1500";
  private static final String LARGE =
      SMALL
          .replace("ring=256", "ring=1024")
          .replace("pairs=2", "pairs=4")
          .replace("mtu=1500", "mtu=9000");
  private static final String FEW =
      SMALL.replace("ctrl_vq=on,mq=on,", "").replace("pairs=2", "pairs=1");

  private static final MoveReport REPORT = new MoveReport();
  private static final List<AutoCloseable> OPEN = new ArrayList<>();

  private static Harbour here;
  private static Harbour there;
  private static Scratch sockets;
  private static TestPmd dpdk;
  private static TestPmd otherDpdk;
  private static Guest network;

  private final List<Guest> guests = new ArrayList<>();

  private static <T extends AutoCloseable> T open(T resource) {
    OPEN.addFirst(resource);
    return resource;
  }

  /** As {@code --port} wants a profile's values. */
  private static String profile(String values) {
    return ",profile=" + values.replace(",", ",,");
  }

  @BeforeAll
  static void hostsAndTheirNetwork() {
    here =
        open(
            Harbour.open(
                "vm,postcopy=true",
                "old,profile=" + PLAIN,
                "dpdk,profile=" + DPDK,
                "small" + profile(SMALL)));
    there =
        open(
            Harbour.open(
                "vm,postcopy=true",
                "old,profile=" + PLAIN,
                "large" + profile(LARGE),
                "few" + profile(FEW)));
    sockets = open(Scratch.make());
    // Each is idle until it is told to forward.
    dpdk = open(TestPmd.backEnd("", sockets.file("vm"), sockets.file("net")));
    otherDpdk = open(TestPmd.backEnd("", sockets.file("vm2"), sockets.file("net2")));
    network =
        open(
            Guest.bridge(
                List.of(
                    here.card(Harbour.NETWORK, 1),
                    there.card(Harbour.NETWORK, 2),
                    NetworkCard.at(sockets.file("net"), 3),
                    NetworkCard.at(sockets.file("net2"), 4))));
    network.awaitBridging();
  }

  @AfterAll
  static void end() throws Exception {
    System.out.print(REPORT);
    for (AutoCloseable each : OPEN) {
      each.close();
    }
  }

  @AfterEach
  void endGuests() {
    guests.forEach(Guest::close);
  }

  private Guest started(Guest guest) {
    guests.add(guest);
    return guest;
  }

  @Test
  void toAnEqualHost() {
    moves("Mooring - Mooring", here.card("vm", VM), there.card("vm", VM));
  }

  @Test
  void withAnOlderInterfaceToAHostThatServesItsProfile() {
    moves("Mooring - Mooring, older profile", here.card("old", VM), there.card("old", VM));
  }

  @Test
  void toAHostWhoseEngineIsAnotherVersionAndCanDoLess() {
    there.update(
        "virtqueue",
        BundleJar.of("virtqueue")
            .with("Bundle-Version", _ -> "0.9.0")
            .with("Provide-Capability", all -> all.replace(",packed,", ",")));
    Eventually.holds(
        "what needs packed rings is not served there",
        Duration.ofSeconds(10),
        () -> !there.mooring().profiles().containsKey(DPDK),
        () -> there.mooring().profiles().keySet());
    try {
      moves("Mooring - Mooring, older engine", here.card("old", VM), there.card("old", VM));
    } finally {
      endGuests();
      there.update("virtqueue", BundleJar.of("virtqueue"));
      there.mooring().awaitState("vm", "LISTENING");
    }
  }

  @Test
  void toAHostWithALargerMtuAndLargerRings() {
    moves(
        "Mooring - Mooring, larger MTU and rings",
        small(here.card("small", VM)),
        small(there.card("large", VM)));
  }

  /** What is written is told in the guest's own addresses, which no message from it has. */
  @Test
  void behindAnIommu() {
    moves(
        "Mooring - Mooring, behind an IOMMU",
        remapped(here.card("vm", VM)),
        remapped(there.card("vm", VM)));
  }

  private static NetworkCard remapped(NetworkCard card) {
    return card.properties("disable-legacy=on").behindIommu();
  }

  /** Whether QEMU and Mooring may do so is their host's to say; root may always. */
  @Test
  void byPostCopy() {
    if (!Lab.mayResolvePageFaults()) {
      Guest vm = started(Guest.start(here.card("vm", VM))).awaitUp();
      Guest arrived = started(Guest.expect(there.card("vm", VM)));
      AssertionError refused =
          assertThrows(AssertionError.class, () -> vm.moveByPostCopyTo(arrived));
      assertTrue(refused.getMessage().contains("Postcopy is not supported"), refused.getMessage());
      return;
    }
    moves(
        "Mooring - Mooring by post-copy",
        here.card("vm", VM),
        there.card("vm", VM),
        Guest::moveByPostCopyTo);
  }

  private static NetworkCard small(NetworkCard card) {
    return card.queuePairs(2).properties("rx_queue_size=256,tx_queue_size=256,host_mtu=1500");
  }

  @Test
  void fromDpdksBackEndToAHostThatServesTheMatchingProfile() {
    dpdk.forward();
    moves("DPDK - Mooring", NetworkCard.at(sockets.file("vm"), VM), here.card("dpdk", VM));
    dpdk.stop();
  }

  /** As before a back-end that knows no profiles, kernel vhost for instance. */
  @Test
  void fromDpdksBackEndPinnedByNothingButThePropertiesOfQemusDevice() {
    String device = here.mooring().must("vhost:profile " + PLAIN + " --as qemu").strip();
    String properties = device.substring(device.indexOf(',') + 1);
    dpdk.forward();
    moves(
        "DPDK pinned by QEMU's properties - Mooring",
        NetworkCard.at(sockets.file("vm"), VM).properties(properties),
        here.card("old", VM).properties(properties));
    dpdk.stop();
  }

  /** What others reach, for comparison. */
  @Test
  void betweenTwoOfDpdksBackEnds() {
    dpdk.forward();
    otherDpdk.forward();
    moves(
        MoveReport.PEER,
        NetworkCard.at(sockets.file("vm"), VM),
        NetworkCard.at(sockets.file("vm2"), VM));
    otherDpdk.stop();
    dpdk.stop();
  }

  @Test
  void withoutAProfileItCannotMoveToAnOlderHostAndThePlanSaysSoBefore() {
    Guest vm = started(Guest.start(here.card("vm", VM))).awaitUp();
    Guest lost = started(Guest.expect(there.card("old", VM)));
    Guest.Move move = vm.moveTo(lost);
    Eventually.holds(
        "QEMU refuses the features that the guest uses, after " + move,
        Duration.ofSeconds(10),
        () -> lost.complaints().contains("unsupported. Allowed features"),
        lost::complaints);

    assertRefused(plan(here.mooring().port("vm").get("profile").getAsString(), PLAIN), "mq");
  }

  @Test
  void toAHostWithFewerQueuesThePlanSaysNoAndTheVmGoesOn() {
    assertRefused(plan(SMALL, FEW), "max_queue_pairs");

    Guest vm = started(Guest.start(small(here.card("small", VM)))).awaitUp();
    Talk talk = Talk.start(vm, network);
    Guest lost = started(Guest.expect(small(there.card("few", VM))));
    Eventually.holds(
        "QEMU refuses the port",
        Duration.ofSeconds(10),
        () -> lost.complaints().contains("more queues than supported"),
        lost::complaints);
    talk.awaitFiles(vm, 2);
    talk.end(vm);
  }

  /** As management asks that has the lists of both, and as an operator asks in the shell. */
  @Test
  void thePlanReadsTheListsThatHostsPublish() {
    String from = here.mooring().list().toString();
    String to = there.mooring().list().toString();
    Command.Outcome yes = plan(from, to, "--json");
    assertEquals(0, yes.status(), yes.toString());
    assertTrue(yes.out().contains("\"possible\": true"), yes.toString());
    String said = here.mooring().must("vhost:plan --from %s --to %s".formatted(from, to));
    assertTrue(said.startsWith("It can move"), said);

    Command.Outcome no = plan(from, PLAIN, "--json", "--features", "0x400000");
    assertEquals(1, no.status(), no.toString());
    assertTrue(no.out().contains("\"lost\": [\n    \"mq=on\"\n  ]"), no.toString());
    assertCannotTell("--to is missing", "--from", from);
    assertCannotTell("/nowhere.json: no such file", "--from", from, "--to", "/nowhere.json");
    assertCannotTell(
        "features zz is no hexadecimal number", "--from", from, "--to", to, "--features", "zz");
  }

  private static void assertCannotTell(String why, String... arguments) {
    Command.Outcome wrong =
        Distribution.run(
            Stream.concat(Stream.of("plan"), Stream.of(arguments)).toArray(String[]::new));
    assertEquals(2, wrong.status(), wrong.toString());
    assertTrue(wrong.err().contains(why), wrong.toString());
  }

  private static Command.Outcome plan(String from, String to, String... more) {
    return Distribution.run(
        Stream.concat(Stream.of("plan", "--from", from, "--to", to), Stream.of(more))
            .toArray(String[]::new));
  }

  private static void assertRefused(Command.Outcome plan, String why) {
    assertEquals(1, plan.status(), plan.toString());
    assertTrue(plan.out().contains(why), plan.toString());
  }

  private void moves(String row, NetworkCard first, NetworkCard second) {
    moves(row, first, second, Guest::moveTo);
  }

  /** From a first host to a second one and back to the first, again and again. */
  private void moves(
      String row, NetworkCard first, NetworkCard second, BiFunction<Guest, Guest, Guest.Move> how) {
    Guest vm = started(Guest.start(first)).awaitUp();
    assertEquals(first.needsIommu(), vm.negotiated(first, RingFeature.ACCESS_PLATFORM));
    assertEquals(first.needsIommu(), vm.remaps());
    Talk talk = Talk.start(vm, network);
    for (int round = 0; round < ROUNDS; round++) {
      vm = moved(row, Way.THERE, vm, second, talk, how);
      vm = moved(row, Way.BACK, vm, first, talk, how);
    }
    REPORT.talked(row, talk.end(vm));
  }

  private Guest moved(
      String row,
      Way way,
      Guest vm,
      NetworkCard card,
      Talk talk,
      BiFunction<Guest, Guest, Guest.Move> how) {
    Guest arrived = started(Guest.expect(card));
    Guest.Move move = how.apply(vm, arrived);
    vm.close();
    assertEquals("completed", move.status(), arrived.complaints());
    REPORT.moved(row, way, move);
    talk.awaitFiles(arrived, 3);
    return arrived;
  }
}
