package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A VM that talks all the time moves between two hosts. A guest with a card at each is the network
 * between them. QEMU emulates the processors, and may then lose a store that is under way while a
 * page is sent, so the VM does not write more memory than its traffic needs.
 */
final class MigrationTest {

  private static final int NETWORK = 1;
  private static final int VM = 9;
  private static final int MEBIBYTES = 1;
  private static final String PLAIN = "io.mooring.plain.v1";
  private static final String DPDK = "org.dpdk.net_vhost.v" + TestPmd.version();

  private static Host here;
  private static Host there;
  private static Guest network;
  private final List<Guest> guests = new ArrayList<>();

  /** One Mooring: ports for VMs of three makes, and two to networks. */
  private record Host(Scratch scratch, MooringProcess mooring) implements AutoCloseable {

    static Host start() {
      Scratch scratch = Scratch.make();
      MooringProcess mooring =
          MooringProcess.start(
              scratch,
              "--port",
              "vm=" + scratch.file("vm"),
              "--port",
              "old=" + scratch.file("old") + ",profile=" + PLAIN,
              "--port",
              "dpdk=" + scratch.file("dpdk") + ",profile=" + DPDK,
              "--port",
              "net=" + scratch.file("net"),
              "--port",
              "net2=" + scratch.file("net2"));
      return new Host(scratch, mooring);
    }

    NetworkCard card(String port, int number) {
      return NetworkCard.at(scratch.file(port), number);
    }

    @Override
    public void close() {
      mooring.close();
      scratch.close();
    }
  }

  @BeforeAll
  static void twoHosts() {
    here = Host.start();
    there = Host.start();
    network =
        Guest.bridge(here.card("net", NETWORK), there.card("net", NETWORK + 1)).awaitBridging();
  }

  @AfterAll
  static void end() {
    network.close();
    there.close();
    here.close();
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
  void aVmMovesToAnEqualHostAndBackWhileItTalks() {
    talksThroughItsMoves(network, here.card("vm", VM), there.card("vm", VM));
  }

  @Test
  void aVmOfAnOlderInterfaceMovesToANewerHostThatServesItsProfileAndBack() {
    talksThroughItsMoves(network, here.card("old", VM), there.card("old", VM));
  }

  @Test
  void aVmMovesFromDpdksBackEndToAHostOfTheMatchingProfileAndBack() {
    try (Scratch scratch = Scratch.make();
        TestPmd dpdk = TestPmd.backEnd("", scratch.file("vm"), scratch.file("net"))) {
      dpdk.tell("start");
      Guest bridge =
          started(
              Guest.bridge(
                  NetworkCard.at(scratch.file("net"), NETWORK + 2),
                  here.card("net2", NETWORK + 3)));
      bridge.awaitBridging();
      talksThroughItsMoves(bridge, NetworkCard.at(scratch.file("vm"), VM), here.card("dpdk", VM));
      endGuests();
    }
  }

  @Test
  void withoutAProfileAVmCannotMoveToAnOlderHostAndThePlanSaysSoBefore() {
    Guest vm = started(Guest.start(here.card("vm", VM))).awaitUp();
    Guest lost = started(Guest.expect(there.card("old", VM)));
    Guest.Move move = vm.moveTo(lost);
    Eventually.holds(
        "QEMU refuses the features that the guest uses, after " + move,
        Duration.ofSeconds(10),
        () -> lost.complaints().contains("unsupported. Allowed features"),
        lost::complaints);

    Command.Outcome plan =
        Distribution.run(
            "plan",
            "--from",
            here.mooring().port("vm").get("profile").getAsString(),
            "--to",
            PLAIN);
    assertEquals(1, plan.status(), plan.toString());
  }

  /** From a first host to a second one and back to the first, with a peer to talk to. */
  private void talksThroughItsMoves(Guest peer, NetworkCard first, NetworkCard second) {
    String sum = peer.serve(MEBIBYTES);
    Guest vm = started(Guest.start(first)).awaitUp();
    talk(vm, peer);
    vm.must("for i in $(seq 60); do [ -s /tmp/sums ] && exit; sleep 0.5; done; exit 1");
    for (NetworkCard card : List.of(second, first)) {
      Guest moved = started(Guest.expect(card));
      Guest.Move move = vm.moveTo(moved);
      vm.close();
      assertEquals("completed", move.status(), moved.complaints());
      System.out.printf("moved; the VM stood still for %d ms%n", move.downtimeMillis());
      talksOn(moved);
      vm = moved;
    }
    vm.must("killall -INT ping; killall sh");
    System.out.print("pings: " + vm.must("tail -n 2 /tmp/pings | head -n 1"));
    assertEquals(sum, vm.must("sort -u /tmp/sums"), "every file arrived as it was sent");
  }

  /** For ever; every file that arrives is written through the device into the guest's memory. */
  private static void talk(Guest vm, Guest peer) {
    vm.must(
        ("sh -c 'while timeout 20 wget -q -O /tmp/f http://%s/f; do sha256sum < /tmp/f;"
                + " sleep 0.2; done' > /tmp/sums 2>&1 &")
            .formatted(peer.address()));
    vm.must("ping -i 0.1 %s > /tmp/pings 2>&1 &".formatted(peer.address()));
  }

  /** Some more files arrive. */
  private static void talksOn(Guest vm) {
    vm.must(
        "n=$(wc -l < /tmp/sums); for i in $(seq 90); do"
            + " [ $(wc -l < /tmp/sums) -gt $((n + 2)) ] && exit; sleep 0.5; done;"
            + " cat /tmp/sums; exit 1");
  }
}
