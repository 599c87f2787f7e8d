package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.acceptance.rig.TestPmd;
import io.mooring.acceptance.rig.TestPmd.Device;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Exchange;
import io.mooring.frontend.Exchange.Outcome;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * DPDK's driver with every ring format, ring size and number of queues, as a wire between two
 * switches: numbered frames of two guests go through it both ways. Each arrives byte for byte, none
 * is lost, and every counter on the way agrees.
 *
 * <pre>left guest - x | switch one | a - DPDK - b | switch two | y - right guest</pre>
 */
final class DpdkRingsTest {

  /** {@code -Dacceptance.wire.frames=10000000} for longer. */
  private static final long FRAMES = Integer.getInteger("acceptance.wire.frames", 100_000);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int SMALLEST_RING = 64;
  private static final int LARGEST_RING = 1024;
  private static final List<String> PORTS = List.of("x", "a", "b", "y");

  private static Scratch scratch;
  private static MooringProcess mooring;

  @BeforeAll
  static void start() {
    scratch = Scratch.make();
    List<String> arguments = new ArrayList<>();
    for (String port : PORTS) {
      arguments.add("--port");
      arguments.add(
          "%s=%s,switch=%s"
              .formatted(port, scratch.file(port), "xa".contains(port) ? "one" : "two"));
    }
    mooring = MooringProcess.start(scratch, arguments.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    try (Scratch directory = scratch;
        MooringProcess process = mooring) {
      assertEquals(List.of(), process.complaints(0), directory.path()::toString);
      process.stop();
    }
  }

  static Stream<Device> devices() {
    Stream<Device> formats =
        Stream.of(
                ",in_order=0",
                ",in_order=1",
                ",in_order=0,mrg_rxbuf=0",
                ",in_order=1,mrg_rxbuf=0",
                ",packed_vq=1,in_order=0",
                ",packed_vq=1,in_order=1",
                ",packed_vq=1,in_order=0,mrg_rxbuf=0",
                ",vectorized=1,in_order=0,mrg_rxbuf=0",
                ",vectorized=1,packed_vq=1,in_order=1,mrg_rxbuf=0")
            .map(options -> new Device(1, 256, options));
    Stream<Device> sizes =
        Stream.of(64, 1024, 4096)
            .flatMap(size -> Stream.of("", ",packed_vq=1").map(each -> new Device(1, size, each)));
    Stream<Device> pairs =
        Stream.of(2, 4)
            .flatMap(
                count -> Stream.of("", ",packed_vq=1").map(each -> new Device(count, 256, each)));
    return Stream.of(formats, sizes, pairs).flatMap(each -> each);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void everyFramePassesUnchangedAndEveryCounterAgrees(Device device) throws IOException {
    Map<String, JsonObject> before = awaitAll("LISTENING", PORTS);
    try (TestPmd pmd = TestPmd.wire(device, scratch.file("a"), scratch.file("b"))) {
      pmd.forward();
      assertNegotiated(device);
      List<NetPort> left = guest("x", device);
      List<NetPort> right = guest("y", device);
      try (NetPort _ = left.getFirst();
          NetPort _ = right.getFirst()) {
        exchange(left, right);
        assertCountersAgree(before, pmd.counters(), left, right);
      }
    }
  }

  private static void assertNegotiated(Device device) {
    awaitAll("CONNECTED", List.of("a", "b")).values().forEach(each -> assertIs(device, each));
  }

  private static void assertIs(Device device, JsonObject port) {
    long features = Long.decode(port.get("features").getAsString());
    assertHas(RingFeature.RING_PACKED, features, device.options().contains("packed_vq=1"));
    assertHas(RingFeature.IN_ORDER, features, !device.options().contains("in_order=0"));
    assertHas(NetFeature.MRG_RXBUF, features, !device.options().contains("mrg_rxbuf=0"));
    int running = 0;
    for (JsonElement queue : port.getAsJsonArray("queues")) {
      if (queue.getAsJsonObject().get("running").getAsBoolean()) {
        assertEquals(device.ringSize(), queue.getAsJsonObject().get("size").getAsInt());
        running++;
      }
    }
    assertEquals(2 * device.pairs(), running, () -> "queues of " + port);
  }

  private static void assertHas(Feature feature, long features, boolean wanted) {
    assertEquals(wanted, feature.in(features), () -> "%s in 0x%x".formatted(feature, features));
  }

  /** A guest whose queue pairs never have more frames on their way than DPDK's ring has room. */
  private static List<NetPort> guest(String port, Device device) throws IOException {
    int ring = Math.clamp(device.ringSize() / 2, SMALLEST_RING, LARGEST_RING);
    NetOptions options = NetOptions.modern().ringSize(ring);
    long needed = 4L * device.pairs() * ring * options.bufferBytes() / options.blocks();
    options = options.memory(options.blocks(), Math.max(options.blockBytes(), needed));
    List<NetPort> pairs = new ArrayList<>();
    pairs.add(Lab.connect(scratch.file(port), options));
    while (pairs.size() < device.pairs()) {
      pairs.add(NetPort.open(pairs.getFirst().frontEnd(), pairs.size(), options));
    }
    return pairs;
  }

  /** Each pair of queues has its own frames, which stay there. */
  private static void exchange(List<NetPort> left, List<NetPort> right) {
    List<CompletableFuture<List<Outcome>>> exchanges = new ArrayList<>();
    for (int pair = 0; pair < left.size(); pair++) {
      Exchange exchange = Exchange.mixed(left.get(pair), right.get(pair), FRAMES / left.size());
      exchanges.add(
          CompletableFuture.supplyAsync(
              () -> {
                exchange.run(_ -> {});
                return exchange.outcomes();
              },
              each -> Thread.ofPlatform().daemon().start(each)));
    }
    for (CompletableFuture<List<Outcome>> exchange : exchanges) {
      for (Outcome outcome : exchange.join()) {
        assertTrue(
            outcome.clean() && outcome.received() > 0,
            () -> "%s%n%s".formatted(outcome, mooring.must("vhost:stats")));
      }
    }
  }

  private static Map<String, JsonObject> awaitAll(String state, List<String> names) {
    Map<String, JsonObject> ports = new HashMap<>();
    Eventually.holds(
        "%s are %s".formatted(names, state),
        PATIENCE,
        () -> {
          ports.putAll(ports());
          ports.keySet().retainAll(names);
          return ports.values().stream()
              .allMatch(port -> port.get("state").getAsString().equals(state));
        },
        () -> ports);
    return ports;
  }

  private static Map<String, JsonObject> ports() {
    Map<String, JsonObject> ports = new HashMap<>();
    for (JsonElement port : mooring.json("vhost:ports").getAsJsonArray()) {
      ports.put(port.getAsJsonObject().get("name").getAsString(), port.getAsJsonObject());
    }
    return ports;
  }

  private static void assertCountersAgree(
      Map<String, JsonObject> before,
      List<Map<String, Long>> dpdk,
      List<NetPort> left,
      List<NetPort> right) {
    Map<String, JsonObject> now = ports();
    Map<String, Map<String, Long>> counted = new HashMap<>();
    for (String port : PORTS) {
      JsonObject then = before.get(port).getAsJsonObject("counters");
      JsonObject counters = now.get(port).getAsJsonObject("counters");
      Map<String, Long> each = new HashMap<>();
      for (String name : counters.keySet()) {
        long since = counters.get(name).getAsLong() - then.get(name).getAsLong();
        each.put(name, since);
        assertTrue(since == 0 || !name.contains("dropped"), () -> port + ": " + counters);
      }
      counted.put(port, each);
    }
    assertGuest(left, counted.get("x"));
    assertGuest(right, counted.get("y"));
    assertDpdk(dpdk.get(0), counted.get("a"));
    assertDpdk(dpdk.get(1), counted.get("b"));
    for (String unit : List.of("frames", "bytes")) {
      String from = "from_guest_" + unit;
      String to = "to_guest_" + unit;
      assertEquals(counted.get("x").get(from), counted.get("a").get(to), counted::toString);
      assertEquals(counted.get("a").get(to), counted.get("b").get(from), counted::toString);
      assertEquals(counted.get("b").get(from), counted.get("y").get(to), counted::toString);
      assertEquals(counted.get("y").get(from), counted.get("x").get(to), counted::toString);
    }
  }

  private static void assertGuest(List<NetPort> pairs, Map<String, Long> counted) {
    Map<String, Long> expected =
        Map.of(
            "from_guest_frames", pairs.stream().mapToLong(NetPort::sentFrames).sum(),
            "from_guest_bytes", pairs.stream().mapToLong(NetPort::sentBytes).sum(),
            "to_guest_frames", pairs.stream().mapToLong(NetPort::receivedFrames).sum(),
            "to_guest_bytes", pairs.stream().mapToLong(NetPort::receivedBytes).sum());
    expected.forEach((name, value) -> assertEquals(value, counted.get(name), name));
  }

  private static void assertDpdk(Map<String, Long> side, Map<String, Long> counted) {
    assertEquals(side.get("TX-packets"), counted.get("from_guest_frames"), side::toString);
    assertEquals(side.get("TX-bytes"), counted.get("from_guest_bytes"), side::toString);
    assertEquals(side.get("RX-packets"), counted.get("to_guest_frames"), side::toString);
    assertEquals(side.get("RX-bytes"), counted.get("to_guest_bytes"), side::toString);
  }
}
