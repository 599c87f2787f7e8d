package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code ./mooring bench rings}. */
final class RingsBenchmark implements Benchmark {

  @Override
  public String name() {
    return "rings";
  }

  @Override
  public String purpose() {
    return "packed, in-order and vectorized rings against split ones";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--rounds", "3", "runs of every format a size, in alternating order"),
        new Option("--sizes", "64,1500", "bytes of a frame"),
        new Option("--seconds", "3", "measured in a run, after 2 of warm-up"),
        new Option("--cores", "0,1", "processors of the load and of the back-end"),
        new Option("--vdev", "mrg_rxbuf=0", "options of net_virtio_user that all formats have"));
  }

  @Override
  public String notes() {
    return """
    The load is DPDK's virtio-user at two ports of Mooring, as in bench net; only the ring format differs from run to
    run. Load and back-end are started anew for every run. frames/s is what the slower of the two can do: with packed
    rings that is often the load. busy ns a frame is Mooring's own work, and by split's below 1 where it is less. DPDK's
    vectorized driver wants buffers that are not merged, so no format has them, unless --vdev says otherwise.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int rounds = settings.number("--rounds", 1, 1000);
    List<Integer> sizes = settings.numbers("--sizes", 60, Testpmd.BUFFER_BYTES);
    Duration measured = Duration.ofSeconds(settings.number("--seconds", 1, 3600));
    Processors cores = Processors.of(settings, Processors.available());
    String common = settings.text("--vdev");
    DeviceOptions.parse(common);
    Peers.need(bench, Testpmd.PROGRAM, Testpmd.PACKAGES);
    GuestMemory memory = HugePages.reserve(bench);
    var runs = new LinkedHashMap<RingFormat, NetRun>();
    for (RingFormat each : RingFormat.ALL) {
      String options = common.isEmpty() ? each.options() : common + "," + each.options();
      runs.put(
          each, new NetRun(bench, memory, cores.load(), DeviceOptions.parse(options), measured));
    }
    var mooring = new MooringBackEnd(bench, cores.backEnd());

    bench
        .out()
        .printf(
            "rings: load on core %d, Mooring on core %d, %s; %d rounds of %d s a run%n%n%s%n",
            cores.load(),
            cores.backEnd(),
            memory.text(),
            rounds,
            measured.toSeconds(),
            RingsRow.HEAD);
    var samples = new LinkedHashMap<String, List<NetSample>>();
    var rows = new ArrayList<RingsRow>();
    for (int bytes : sizes) {
      Map<RingFormat, List<NetSample>> ofSize = sample(bench, runs, mooring, bytes, rounds);
      List<NetSample> split = ofSize.get(RingFormat.ALL.getFirst());
      ofSize.forEach((format, ofFormat) -> {
        rows.add(RingsRow.of(format.name(), split, ofFormat));
        samples.computeIfAbsent(format.name(), _ -> new ArrayList<>()).addAll(ofFormat);
      });
      bench.progress().clear();
      rows.stream()
          .filter(row -> row.bytes() == bytes)
          .forEach(row -> bench.out().println(row.text()));
    }
    agreed(bench, samples);
    var gson = new Gson();
    var json = new JsonObject();
    json.add("rows", gson.toJsonTree(rows));
    json.add("samples", gson.toJsonTree(samples));
    return json;
  }

  private static Map<RingFormat, List<NetSample>> sample(
      Bench bench, Map<RingFormat, NetRun> runs, BackEnd mooring, int bytes, int rounds)
      throws BenchException, InterruptedException {
    var samples = new LinkedHashMap<RingFormat, List<NetSample>>();
    RingFormat.ALL.forEach(each -> samples.put(each, new ArrayList<>()));
    for (int round = 1; round <= rounds; round++) {
      // To and fro, so that a machine that slows down favours none.
      for (RingFormat each : round % 2 == 1 ? RingFormat.ALL : RingFormat.ALL.reversed()) {
        bench
            .progress()
            .show(
                "rings: %d bytes, round %d of %d, %s".formatted(bytes, round, rounds, each.name()));
        samples.get(each).add(runs.get(each).sample(mooring, bytes, round));
      }
    }
    return samples;
  }

  private static void agreed(Bench bench, Map<String, List<NetSample>> samples) {
    bench.out().println();
    samples.forEach((format, of) -> {
      String features = of.getFirst().features();
      bench.out().printf("  %-18s %s%n", format, RingFeatures.names(Long.decode(features)));
    });
    long all = samples.values().stream().mapToLong(List::size).sum();
    long disturbed =
        samples.values().stream().flatMap(List::stream).filter(NetSample::disturbed).count();
    if (disturbed > 0) {
      bench
          .out()
          .printf("  %d of %d runs lost over 5 %% of a core to other programs%n", disturbed, all);
    }
  }
}
