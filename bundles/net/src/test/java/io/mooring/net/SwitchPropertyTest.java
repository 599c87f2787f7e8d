package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any traffic between a few guests reaches whom a plain map says, once and in order. */
class SwitchPropertyTest {

  private static final int PORTS = 4;

  /** Bit 0 of the first byte, which is the lowest here, tells groups. */
  private static final List<Long> ADDRESSES =
      List.of(0x02L, 0x0102L, 0x0202L, 0x0302L, 0x0402L, 0x03L, 0xffff_ffff_ffffL);

  /** A frame; {@code length} 0 is a malformed one. */
  record Frame(long source, long destination, int length) {}

  record Burst(int from, int silentSeconds, List<Frame> frames) {}

  private record Seen(int port, long second) {}

  @Property(tries = 500)
  void everyFrameReachesWhomTheModelSays(@ForAll("traffic") List<Burst> traffic) {
    long[] nanos = {TimeUnit.DAYS.toNanos(1)};
    var fabric = new Switch("test", () -> nanos[0]);
    List<FakePort> ports = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < PORTS; i++) {
      ports.add(new FakePort());
      expected.add(new ArrayList<>());
      assertEquals(i, fabric.join(ports.get(i)));
    }
    Map<Long, Seen> known = new HashMap<>();
    int number = 0;
    for (Burst burst : traffic) {
      nanos[0] += TimeUnit.SECONDS.toNanos(burst.silentSeconds);
      long second = TimeUnit.NANOSECONDS.toSeconds(nanos[0]);
      var frames = new Frames(burst.frames.size());
      for (Frame each : burst.frames) {
        int length = each.length == 0 ? 0 : ++number;
        frames.source[frames.count] = each.source;
        frames.destination[frames.count] = each.destination;
        frames.length[frames.count++] = length;
        if (length > 0) {
          model(known, expected, burst.from, second, each, length);
        }
      }
      assertEquals(burst.frames.size(), fabric.forward(frames, 0, burst.from, 0, new Counters()));
    }
    for (int i = 0; i < PORTS; i++) {
      assertEquals(expected.get(i), ports.get(i).got, "frames that port " + i + " got");
    }
  }

  private static void model(
      Map<Long, Seen> known,
      List<List<Integer>> expected,
      int from,
      long second,
      Frame frame,
      int length) {
    if ((frame.source & 1) == 0) {
      known.put(frame.source, new Seen(from, second));
    }
    Seen seen = known.get(frame.destination);
    boolean found = seen != null && second - seen.second <= MacTable.AGEING_SECONDS;
    for (int port = 0; port < PORTS; port++) {
      if (port != from && (!found || seen.port == port)) {
        expected.get(port).add(length);
      }
    }
  }

  @Provide
  static Arbitrary<List<Burst>> traffic() {
    Arbitrary<Long> address = Arbitraries.of(ADDRESSES);
    Arbitrary<Integer> length = Arbitraries.of(60, 60, 60, 60, 0);
    Arbitrary<Frame> frame = Combinators.combine(address, address, length).as(Frame::new);
    Arbitrary<Integer> silence = Arbitraries.of(0, 0, 1, 150, 299, 300, 301);
    return Combinators.combine(
            Arbitraries.integers().between(0, PORTS - 1),
            silence,
            frame.list().ofMinSize(1).ofMaxSize(8))
        .as(Burst::new)
        .list()
        .ofMaxSize(12);
  }
}
