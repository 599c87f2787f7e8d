package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linux guests of many kinds on one switch. Each exchanges files with a guest of today that takes
 * every offload, so that an offload is missing on one side only.
 */
final class GuestsTest {

  private static final int MEBIBYTES = 4;

  private static final List<String> KINDS =
      List.of(
          "",
          "mq=on",
          "disable-modern=on",
          "csum=off",
          "guest_csum=off",
          "host_tso4=off,host_tso6=off",
          "guest_tso4=off,guest_tso6=off",
          "mrg_rxbuf=off",
          "mrg_rxbuf=off,guest_tso4=off,guest_tso6=off",
          "indirect_desc=off,event_idx=off");

  private static final int QUEUE_PAIRS = 4;

  private static Scratch scratch;
  private static MooringProcess mooring;
  private static final List<Guest> GUESTS = new ArrayList<>();

  /** Guest 0 is the one that the others exchange files with. */
  @BeforeAll
  static void boot() {
    scratch = Scratch.make();
    List<String> arguments = new ArrayList<>();
    for (int number = 0; number <= KINDS.size(); number++) {
      arguments.add("--port");
      arguments.add("p%d=%s".formatted(number, scratch.file("p" + number)));
    }
    mooring = MooringProcess.start(scratch, arguments.toArray(String[]::new));
    GUESTS.add(Guest.start(card(0)));
    for (int kind = 0; kind < KINDS.size(); kind++) {
      GUESTS.add(Guest.start(card(kind + 1).properties(KINDS.get(kind))));
    }
    GUESTS.forEach(Guest::awaitUp);
  }

  private static NetworkCard card(int number) {
    NetworkCard card = NetworkCard.at(scratch.file("p" + number), number + 1);
    return number > 0 && KINDS.get(number - 1).equals("mq=on")
        ? card.queuePairs(QUEUE_PAIRS)
        : card;
  }

  @AfterAll
  static void end() {
    try (Scratch directory = scratch;
        MooringProcess process = mooring) {
      GUESTS.forEach(Guest::close);
      assertEquals(List.of(), process.complaints(0), "nothing to complain of");
      process.stop();
      assertTrue(directory.path().toFile().isDirectory());
    }
  }

  static Stream<Arguments> kinds() {
    return Stream.iterate(0, kind -> kind < KINDS.size(), kind -> kind + 1)
        .map(kind -> arguments(named("virtio-net " + KINDS.get(kind), kind + 1)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void filesArriveWholeBothWays(int number) {
    Guest guest = GUESTS.get(number);
    Guest plain = GUESTS.getFirst();
    String there = plain.serve(MEBIBYTES);
    assertEquals(there, guest.fetch(plain), "over IPv4");
    assertEquals(there, guest.fetchByIpv6(plain), "over IPv6");
    String back = guest.serve(MEBIBYTES);
    assertEquals(back, plain.fetch(guest), "over IPv4");
    assertEquals(back, plain.fetchByIpv6(guest), "over IPv6");
  }
}
