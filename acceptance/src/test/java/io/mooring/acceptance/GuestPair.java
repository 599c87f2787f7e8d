package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.Guest;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.NetworkCard;
import io.mooring.acceptance.rig.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Two Linux guests behind one Mooring, with as many cards each: the cards of the same number are
 * alone at a network. Each guest serves a file of its own.
 */
final class GuestPair implements AutoCloseable {

  /**
   * A network of both guests.
   *
   * @param keys of both ports, such as {@code mtu=9000}; may be empty
   * @param queuePairs of the first guest's card
   * @param first properties of the first guest's card
   * @param second properties of the second's
   */
  record Network(String keys, int queuePairs, String first, String second) {

    /** Ports without further keys, and one pair of queues. */
    static Network of(String first, String second) {
      return new Network("", 1, first, second);
    }
  }

  /** Some large packets, and few datagrams, each of which waits for the one before it. */
  private static final int KIBIBYTES = 300;

  private final Scratch scratch = Scratch.make();
  private final List<Network> networks;
  private final MooringProcess mooring;
  private final Guest first;
  private final Guest second;
  private String firstsSum;
  private String secondsSum;

  /** Boots both. */
  GuestPair(List<Network> networks) {
    this.networks = networks;
    List<String> ports = new ArrayList<>();
    for (int network = 0; network < networks.size(); network++) {
      String keys = networks.get(network).keys();
      for (String guest : List.of("first", "second")) {
        String name = guest + network;
        ports.add("--port");
        ports.add(
            "%s=%s,switch=s%d%s%s"
                .formatted(name, scratch.file(name), network, keys.isEmpty() ? "" : ",", keys));
      }
    }
    mooring = MooringProcess.start(scratch, ports.toArray(String[]::new));
    first = Guest.equipped(cards(1));
    second = Guest.equipped(cards(2));
    first.awaitUp();
    second.awaitUp();
    serve();
  }

  private List<NetworkCard> cards(int number) {
    return IntStream.range(0, networks.size()).mapToObj(each -> card(number, each)).toList();
  }

  private NetworkCard card(int number, int network) {
    Network kind = networks.get(network);
    return number == 1
        ? NetworkCard.at(scratch.file("first" + network), number)
            .network(network)
            .queuePairs(kind.queuePairs())
            .properties(kind.first())
        : NetworkCard.at(scratch.file("second" + network), number)
            .network(network)
            .properties(kind.second());
  }

  /** Both guests serve files, also after the first has booted again. */
  void serve() {
    firstsSum = first.serveKibibytes(KIBIBYTES);
    first.serveByUdp();
    if (secondsSum == null) {
      secondsSum = second.serveKibibytes(KIBIBYTES);
      second.serveByUdp();
    }
  }

  Guest first() {
    return first;
  }

  Guest second() {
    return second;
  }

  MooringProcess mooring() {
    return mooring;
  }

  /** Files arrive whole at both guests, by TCP and UDP over IPv4 and IPv6. */
  void assertFilesArrive(String what, int network) {
    // A card has its first address again after a reboot or a reload, and nobody tells the others.
    List.of(first, second).forEach(each -> each.forgetNeighbours(network));
    assertArrive(
        what + ", from the first guest to the second",
        firstsSum,
        second.fetchEachWay(first.cards().get(network)));
    assertArrive(
        what + ", from the second guest to the first",
        secondsSum,
        first.fetchEachWay(second.cards().get(network)));
  }

  private static void assertArrive(String what, String sum, Map<String, String> got) {
    assertAll(
        got.entrySet().stream()
            .map(each -> () -> assertEquals(sum, each.getValue(), what + ", " + each.getKey())));
  }

  /** Ends all, after which Mooring has had nothing to complain of. */
  @Override
  public void close() {
    try (Scratch _ = scratch;
        MooringProcess process = mooring) {
      first.close();
      second.close();
      assertEquals(List.of(), process.complaints(0), "nothing to complain of");
      process.stop();
    }
  }
}
