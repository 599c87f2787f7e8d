package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.Talk;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Two Linux guests fetch files from each other and compare checksums while every room is swapped
 * again and again: all arrive whole, and neither guest sees more of it than a hiccup.
 */
final class SwapUnderGuestsTest {

  /** Set {@code -Dacceptance.guest.swaps} for more of each room. */
  private static final int SWAPS = Integer.getInteger("acceptance.guest.swaps", 2);

  private static final List<String> BESIDE =
      List.of("virtqueue", "net", "protocol", "memory", "transport");

  private static final List<String> IN_PLACE = List.of("profile", "linux", "frontend");

  /** Pings, ten a second, that a swap in place may cost: nobody is there to take frames. */
  private static final int HICCUP = 2;

  /** One of the pings may be under way when they are counted. */
  private static final int UNDER_WAY = 1;

  @Test
  void filesArriveWholeWhileEachRoomIsReplaced() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch, "--port", "a=" + scratch.file("a"), "--port", "b=" + scratch.file("b"));
        Guest one = Guest.start(NetworkCard.at(scratch.file("a"), 1));
        Guest other = Guest.start(NetworkCard.at(scratch.file("b"), 2).properties("packed=on"))) {
      List<Guest> guests = List.of(one.awaitUp(), other.awaitUp());
      List<String> links = links(guests);
      List<Talk.Outcome> beside = swap(mooring, guests, BESIDE, "--probation 0.2 --warm-up 0.3");
      for (Talk.Outcome each : beside) {
        assertTrue(each.lostPings() <= UNDER_WAY, beside::toString);
      }
      List<Talk.Outcome> inPlace = swap(mooring, guests, IN_PLACE, "--probation 0");
      for (Talk.Outcome each : inPlace) {
        assertTrue(each.lostPings() <= SWAPS * IN_PLACE.size() * HICCUP, inPlace::toString);
      }
      assertEquals(links, links(guests), "how often the links went down or up");
      assertEquals(2, said(mooring, " connected"), mooring.log()::toString);
      assertEquals(0, said(mooring, " disconnected"), mooring.log()::toString);
      assertEquals(List.of(), mooring.complaints(0));
    }
  }

  /** Swaps each room so often while both guests talk, and tells how they fared. */
  private static List<Talk.Outcome> swap(
      MooringProcess mooring, List<Guest> guests, List<String> rooms, String flags) {
    Guest one = guests.getFirst();
    Guest other = guests.getLast();
    Talk ones = Talk.start(one, other);
    Talk others = Talk.start(other, one);
    for (String room : rooms) {
      for (int swap = 0; swap < SWAPS; swap++) {
        mooring.must("vhost:swap %s %s".formatted(room, flags));
      }
      ones.awaitFiles(one, 1);
      others.awaitFiles(other, 1);
    }
    return List.of(ones.end(one), others.end(other));
  }

  /** How often each guest's link went down or up. */
  private static List<String> links(List<Guest> guests) {
    return guests.stream()
        .map(guest ->
            guest.must("cat /sys/class/net/%s/carrier_changes".formatted(guest.name(guest.card()))))
        .toList();
  }

  /** How often the log says something of a front-end. */
  private static long said(MooringProcess mooring, String what) {
    Stream<String> lines = mooring.log().stream().filter(line -> line.contains("front-end"));
    return lines.filter(line -> line.contains(what)).count();
  }
}
