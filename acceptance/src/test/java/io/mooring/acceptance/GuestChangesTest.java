package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Linux guest whose cards change while it runs: by {@code ethtool} and {@code ifconfig}, by its
 * driver's going and coming, by reboots. It exchanges files with another guest after each change.
 */
final class GuestChangesTest {

  private static final int USUAL = 0;
  private static final int JUMBO = 1;
  private static final int QUEUE_PAIRS = 4;
  private static final int JUMBO_MTU = 9000;
  private static final int MOST_USUAL_BYTES = 1514;
  private static final int VLAN = 7;

  private static GuestPair guests;

  @BeforeAll
  static void boot() {
    String mtu = "host_mtu=" + JUMBO_MTU;
    guests =
        new GuestPair(
            List.of(
                new GuestPair.Network("", QUEUE_PAIRS, "packed=on,speed=25000,duplex=full", ""),
                new GuestPair.Network("mtu=" + JUMBO_MTU, 1, mtu, mtu)));
  }

  @AfterAll
  static void end() {
    guests.close();
  }

  private static Guest guest() {
    return guests.first();
  }

  /** Runs a line in the first guest, in which {@code %s} is its card's name. */
  private static String must(String line) {
    return guest().must(line.formatted(guest().name(guest().card())));
  }

  private static void change(String line) {
    must(line);
    guests.assertFilesArrive("after " + line, USUAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tx", "sg", "tso", "gso", "gro", "rx-gro-hw"})
  void anOffloadIsSwitchedOffAndOn(String offload) {
    change("ethtool -K %s " + offload + " off");
    change("ethtool -K %s " + offload + " on");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, QUEUE_PAIRS})
  void queuePairsComeAndGo(int pairs) {
    change("ethtool -L %s combined " + pairs);
  }

  /** Only QEMU would know of it: it does not tell a back-end that a queue is reset. */
  @Test
  void aRingOfAnotherSizeIsRefusedInsteadOfStoppingTheTraffic() {
    Guest.Answer answer =
        guest().run("ethtool -G %s rx 64 2>&1".formatted(guest().name(guest().card())));
    assertNotEquals(0, answer.status(), answer.text());
    guests.assertFilesArrive("after a refused ring size", USUAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ifconfig %s promisc", "ifconfig %s -promisc allmulti", "ifconfig %s -allmulti"})
  void whatTheCardReceivesChanges(String line) {
    change(line);
  }

  @Test
  void theAddressOfTheCardChanges() {
    must("ifconfig %s hw ether 52:54:00:00:77:01");
    guests.assertFilesArrive("with another MAC address", USUAL);
  }

  @Test
  void framesOfAVlanPass() {
    for (Guest each : List.of(guests.first(), guests.second())) {
      String card = each.name(each.card());
      each.must("vconfig add %s %d".formatted(card, VLAN));
      each.must(
          "ifconfig %s.%d 10.8.0.%d netmask 255.255.255.0 up"
              .formatted(card, VLAN, each.card().number()));
    }
    String sum = guests.second().must("sha256sum < /www/f");
    assertEquals(sum, must("wget -q -O /tmp/f http://10.8.0.2/f && sha256sum < /tmp/f"));
  }

  @Test
  void theLinkGoesAndComesBack() {
    for (boolean up : List.of(false, true)) {
      guest().link(guest().card(), up);
      Eventually.holds(
          "the guest sees its link " + (up ? "up" : "down"),
          Duration.ofSeconds(10),
          () -> must("cat /sys/class/net/%s/carrier").equals(up ? "1\n" : "0\n"),
          () -> must("ifconfig %s"));
    }
    guests.assertFilesArrive("after the link came back", USUAL);
  }

  @Test
  void theSpeedIsTold() {
    String told = must("ethtool %s");
    assertTrue(told.contains("Speed: 25000Mb/s"), told);
    assertTrue(told.contains("Duplex: Full"), told);
  }

  @Test
  void framesAreAsLongAsAJumboMtuAllows() {
    for (Guest each : List.of(guests.first(), guests.second())) {
      NetworkCard card = each.cards().get(JUMBO);
      String name = each.name(card);
      assertTrue(each.negotiated(card, NetFeature.MTU));
      assertEquals(JUMBO_MTU + "\n", each.must("cat /sys/class/net/%s/mtu".formatted(name)));
      each.must("ethtool -K %s tso off gso off".formatted(name));
    }
    long frames = sent("frames");
    long bytes = sent("bytes");
    guests.second().fetch(guest().cards().get(JUMBO));
    long average = (sent("bytes") - bytes) / (sent("frames") - frames);
    assertTrue(average > MOST_USUAL_BYTES, "frames of " + average + " bytes");
    guests.assertFilesArrive("with an MTU of " + JUMBO_MTU, JUMBO);
  }

  private static long sent(String what) {
    return guests.mooring().counter("first" + JUMBO, "from_guest_" + what);
  }

  @Test
  void theDriverIsReloaded() {
    guest().must("rmmod virtio_net && insmod /modules/*-virtio_net.ko");
    guest().cards().forEach(guest()::moor);
    guests.assertFilesArrive("after a reload of the driver", USUAL);
    guests.assertFilesArrive("after a reload of the driver", JUMBO);
  }

  @Test
  void theDriverLeavesADeviceAndComesBack() {
    String device = must("basename $(readlink /sys/class/net/%s/device)").strip();
    for (String what : List.of("unbind", "bind")) {
      guest().must("echo %s > /sys/bus/virtio/drivers/virtio_net/%s".formatted(device, what));
    }
    guest().moor(guest().card());
    guests.assertFilesArrive("after unbind and bind", USUAL);
  }

  @Test
  void theMachineIsReset() {
    guest().reset();
    guests.serve();
    guests.assertFilesArrive("after a reset", USUAL);
    guests.assertFilesArrive("after a reset", JUMBO);
  }

  @Test
  void theGuestReboots() {
    assertTrue(guest().negotiated(guest().card(), RingFeature.RING_PACKED));
    guest().reboot();
    guests.serve();
    guests.assertFilesArrive("after a reboot", USUAL);
  }
}
