package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The table may forget, but it is never wrong, and no port fills it. */
class MacTableTest {

  private static final int PORTS = 8;

  private final MacTable table = new MacTable();

  private record Seen(int port, int when) {}

  /** A frame from an address at a port after some silence; a negative port leaves. */
  record Step(long address, int port, int silence) {}

  private static long random(Random random) {
    return random.nextLong() & 0xffff_ffff_fffeL;
  }

  private long heldBy(int port, List<Long> addresses, int now) {
    return addresses.stream().filter(each -> table.find(each, now) == port).count();
  }

  @Property(tries = 2000)
  void whatIsFoundIsWhereItWasLastSeen(@ForAll("steps") List<Step> steps) {
    var small = new MacTable();
    Map<Long, Seen> model = new HashMap<>();
    int now = 1000;
    for (Step step : steps) {
      now += step.silence;
      if (step.port < 0) {
        int gone = -step.port - 1;
        small.forget(gone);
        model.values().removeIf(seen -> seen.port == gone);
      } else {
        small.learn(step.address, step.port, now);
        model.put(step.address, new Seen(step.port, now));
      }
      for (Step any : steps) {
        Seen seen = model.get(any.address);
        boolean known = seen != null && now - seen.when <= MacTable.AGEING_SECONDS;
        assertEquals(known ? seen.port : MacTable.NOT_KNOWN, small.find(any.address, now));
      }
    }
  }

  @Provide
  static Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 12).map(each -> (each << 41) | 2),
            Arbitraries.integers().between(-2, PORTS - 1),
            Arbitraries.of(0, 0, 0, 1, 100, 300, 301))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  @Test
  void aPortThatFloodsTheTableEvictsNobodyElse() {
    var random = new Random(1);
    List<Long> honest = random.longs(500).map(each -> each & 0xffff_ffff_fffeL).boxed().toList();
    honest.forEach(each -> table.learn(each, 1, 0));
    long before = heldBy(1, honest, 0);
    assertTrue(before > 495, "of 500 addresses %d were learned".formatted(before));

    List<Long> flood = IntStream.range(0, 200_000).mapToObj(i -> random(random)).toList();
    flood.forEach(each -> table.learn(each, 2, 1));
    assertEquals(before, heldBy(1, honest, 1), "addresses of the honest port");
    assertEquals(MacTable.SHARE, heldBy(2, flood, 1), "addresses of the flooding port");
  }

  @Test
  void aPortThatTakesOthersAddressesHoldsNoMoreThanItsShare() {
    var random = new Random(2);
    List<Long> stolen = IntStream.range(0, 4000).mapToObj(i -> random(random)).toList();
    for (int i = 0; i < stolen.size(); i++) {
      table.learn(stolen.get(i), i % 6, 0);
      table.learn(stolen.get(i), 7, 0);
    }
    assertEquals(MacTable.SHARE, heldBy(7, stolen, 0), "addresses of the thief");
    for (int victim = 0; victim < 6; victim++) {
      assertEquals(0, heldBy(victim, stolen, 0), "addresses that are not where they were");
    }
    table.learn(2, 7, 0);
    assertEquals(MacTable.NOT_KNOWN, table.find(2, 0), "an address above the share");
    table.forget(7);
    table.learn(2, 7, 0);
    assertEquals(7, table.find(2, 0));
  }

  @Test
  void addressesThatAgedCountNoMore() {
    var random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      table.learn(random(random), 3, 0);
    }
    int later = MacTable.AGEING_SECONDS + 1;
    List<Long> fresh = IntStream.range(0, 500).mapToObj(i -> random(random)).toList();
    fresh.forEach(each -> table.learn(each, 3, later));
    long held = heldBy(3, fresh, later);
    assertTrue(held > 495, "of 500 new addresses %d were learned".formatted(held));
  }
}
