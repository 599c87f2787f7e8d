package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.GuestPair.Network;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Linux guests go on while one process takes over from another. */
final class UpgradeUnderGuestsTest {

  @Test
  void filesArriveWholeBeforeWhileAndAfter() {
    try (var guests =
        new GuestPair(
            List.of(
                Network.of("", "packed=on"),
                new Network("profile=io.mooring.plain.v1", 1, "", "")))) {
      JsonObject before = guests.mooring().port("first0");
      var upgrade = CompletableFuture.runAsync(guests.mooring()::upgrade);
      do {
        guests.assertFilesArrive("while another process takes over", 0);
      } while (!upgrade.isDone());
      upgrade.join();
      guests.assertFilesArrive("from the other process", 0);
      guests.assertFilesArrive("from the other process, with a profile", 1);
      JsonObject after = guests.mooring().port("first0");
      for (String same : List.of("state", "features", "profile", "peer")) {
        assertEquals(before.get(same), after.get(same), same);
      }
      assertTrue(
          guests.mooring().log().stream().noneMatch(line -> line.contains("disconnected")),
          "no front-end was disconnected");
    }
  }
}
