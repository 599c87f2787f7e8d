package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.GuestDpdk;
import io.mooring.acceptance.rig.GuestDpdk.Driver;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.virtio.RingFeature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A guest's kernel gives its card to DPDK and takes it back, while another guest talks to it. The
 * rings change their places, their kind of driver and how often they are kicked; the connection
 * stays, also when another process takes over.
 */
final class DpdkInGuestTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PINGS = 10;

  private static final List<String> FAULTS =
      List.of(
          "from_guest_dropped_malformed",
          "to_guest_dropped_too_large",
          "to_guest_dropped_not_segmentable",
          "control_refused");

  @ParameterizedTest
  @CsvSource({"UIO, packed=on", "VFIO, packed=off"})
  void dpdkReplacesTheKernelsDriverAndTheKernelsDriverComesBack(Driver driver, String ring) {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch,
                "--port",
                "changing=" + scratch.file("changing"),
                "--port",
                "steady=" + scratch.file("steady"));
        Guest changing = Guest.withDpdk(card(scratch.file("changing"), driver, ring));
        Guest steady = Guest.start(NetworkCard.at(scratch.file("steady"), 2))) {
      changing.awaitUp();
      steady.awaitUp();
      assertEquals(
          driver == Driver.VFIO, changing.negotiated(changing.card(), RingFeature.ACCESS_PLATFORM));
      assertEquals(
          ring.endsWith("on"), changing.negotiated(changing.card(), RingFeature.RING_PACKED));
      exchangeFiles(changing, steady);

      GuestDpdk dpdk = GuestDpdk.take(changing, changing.card(), driver);
      awaitPings(steady, changing);
      mooring.upgrade();
      awaitPings(steady, changing);
      Map<String, Long> counted = dpdk.giveBack();

      assertTrue(counted.get("RX-packets") >= PINGS, counted.toString());
      assertTrue(counted.get("TX-packets") >= PINGS, counted.toString());
      assertEquals(0, counted.get("TX-dropped"), counted.toString());
      exchangeFiles(changing, steady);
      assertNoFault(mooring);
    }
  }

  private static NetworkCard card(Path socket, Driver driver, String ring) {
    return driver.card(NetworkCard.at(socket, 1).properties("disable-legacy=on," + ring));
  }

  private static void exchangeFiles(Guest one, Guest other) {
    List.of(one, other).forEach(each -> each.forgetNeighbours(0));
    String ones = one.serveKibibytes(100);
    assertEquals(ones, other.fetch(one));
    String others = other.serveKibibytes(100);
    assertEquals(others, one.fetch(other));
  }

  /** Where an IOMMU must be asked first, a frame may come too late for that, as at other peers. */
  private static void awaitPings(Guest from, Guest to) {
    String ping = "ping -q -c %d -i 0.1 -W 2 %s".formatted(PINGS, to.address());
    String[] said = {""};
    Eventually.holds(
        PINGS + " pings in a row are answered by DPDK",
        PATIENCE,
        () -> {
          said[0] = from.run(ping).text();
          return said[0].contains(" 0% packet loss");
        },
        () -> said[0]);
  }

  private static void assertNoFault(MooringProcess mooring) {
    for (String port : List.of("changing", "steady")) {
      JsonObject counters = mooring.port(port).getAsJsonObject("counters");
      FAULTS.forEach(fault -> assertEquals(0, counters.get(fault).getAsLong(), port + counters));
    }
    assertEquals(List.of(), mooring.complaints(0), "nothing to complain of");
  }
}
