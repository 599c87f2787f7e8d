package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.HostNetwork;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guests and the host's network, over a TAP interface. */
final class UplinkTest {

  private static final String HOST = "10.9.0.100";
  private static final int MEBIBYTES = 8;

  @Test
  void aGuestAndTheHostTalkBothWays() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.startInItsNetwork(
                scratch, "--port", "a=" + scratch.file("a"), "--uplink", "tap=moor0");
        Guest guest = Guest.start(NetworkCard.at(scratch.file("a"), 1))) {
      HostNetwork host = mooring.network();
      host.up("moor0", HOST + "/24");
      guest.awaitUp();
      guest.must("ping -c 3 " + HOST);
      host.busybox("ping", "-c", "3", guest.address());

      String served = guest.serve(MEBIBYTES);
      Path got = scratch.file("got");
      host.busybox("wget", "-q", "-O", got.toString(), "http://%s/f".formatted(guest.address()));
      assertEquals(served, sum(host, got), "from the guest to the host");

      Path directory = Files.createDirectory(scratch.file("www"));
      Path file = directory.resolve("f");
      host.busybox("dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=" + MEBIBYTES);
      Process server = host.serve(file);
      try {
        String fetched =
            guest.must(
                "timeout 40 wget -q -O /tmp/g http://%s/f && sha256sum < /tmp/g".formatted(HOST));
        assertEquals(sum(host, file), fetched, "from the host to the guest");
      } finally {
        server.destroy();
      }

      mooring.upgrade();
      guest.must("ping -c 3 " + HOST);
      mooring.network().busybox("ping", "-c", "3", guest.address());
      assertEquals(List.of(), mooring.complaints(0));
      mooring.stop();
    }
  }

  private static String sum(HostNetwork host, Path file) {
    return host.busybox("sh", "-c", "sha256sum < " + file);
  }
}
