package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code ./mooring bench net}. */
final class NetBenchmark implements Benchmark {

  private static final int LARGEST = 16384;

  @Override
  public String name() {
    return "net";
  }

  @Override
  public String purpose() {
    return "frames/s and time a frame, against DPDK's own back-end";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--pairs", "5", "alternating pairs of runs a size"),
        new Option("--sizes", "64,256,512,1024,1500,9000", "bytes of a frame"),
        new Option("--seconds", "3", "measured in a run, after 2 of warm-up"),
        new Option("--cores", "0,1", "processors of the load and of the back-end"),
        new Option(
            "--vdev",
            "",
            "the driver's side: options of net_virtio_user, as"
                + " packed_vq=1,in_order=0,mrg_rxbuf=0,queues=2"));
  }

  @Override
  public String notes() {
    return """
    The load is DPDK's: testpmd with two virtio-user ports, between which frames go round for ever through the
    back-end. The back-ends are Mooring, and testpmd with two net_vhost ports (which copies every frame twice and
    switches nothing). Load and back-end have a core each; both are started anew for every run, in alternating order.
    frames/s counts both directions. ratio is Mooring's frames/s by DPDK's in the same pair. busy ns a frame is the
    time that a back-end's thread spent in polls that moved frames: DPDK's by its own record of cycles, Mooring's by
    its worker's clock. Polls in vain do not count, so where the load is the slower of the two, frames/s are alike and
    busy time still tells the back-ends apart. The JSON also has the thread's whole time a frame.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int pairs = settings.number("--pairs", 1, 1000);
    List<Integer> sizes = settings.numbers("--sizes", 60, LARGEST);
    int seconds = settings.number("--seconds", 1, 3600);
    Processors cores = Processors.of(settings, Processors.available());
    DeviceOptions options = DeviceOptions.parse(settings.text("--vdev"));
    if (!options.mergeable() && sizes.stream().anyMatch(size -> size > Testpmd.BUFFER_BYTES)) {
      throw BenchException.usage(
          "--vdev mrg_rxbuf=0: the load's buffers have %d bytes; name smaller --sizes"
              .formatted(Testpmd.BUFFER_BYTES));
    }
    Peers.need(bench, Testpmd.PROGRAM, Testpmd.PACKAGES);
    GuestMemory memory = HugePages.reserve(bench);
    var run = new NetRun(bench, memory, cores.load(), options, Duration.ofSeconds(seconds));
    var dpdk = new DpdkBackEnd(bench, memory, cores.backEnd(), options.queues());
    var mooring = new MooringBackEnd(bench, cores.backEnd());

    bench
        .out()
        .printf(
            "net: load on core %d, back-end on core %d, %s; median of %d alternating pairs of %d"
                + " s%n%n%s%n",
            cores.load(), cores.backEnd(), memory.text(), pairs, seconds, NetRow.HEAD);
    var samples = new ArrayList<NetSample>();
    var rows = new ArrayList<NetRow>();
    for (int bytes : sizes) {
      var ofDpdk = new ArrayList<NetSample>();
      var ofMooring = new ArrayList<NetSample>();
      for (int pair = 1; pair <= pairs; pair++) {
        // In the order AB BA AB ..., so that a machine that slows down favours none.
        for (BackEnd backEnd :
            pair % 2 == 1 ? List.of(dpdk, mooring) : List.<BackEnd>of(mooring, dpdk)) {
          bench
              .progress()
              .show(
                  "net: %d bytes, pair %d of %d, %s".formatted(bytes, pair, pairs, backEnd.name()));
          NetSample sample = run.sample(backEnd, bytes, pair);
          (backEnd == dpdk ? ofDpdk : ofMooring).add(sample);
          samples.add(sample);
        }
      }
      NetRow row = NetRow.of(ofDpdk, ofMooring);
      rows.add(row);
      bench.progress().clear();
      bench.out().println(row.text());
    }
    remarks(bench, samples);
    var gson = new Gson();
    var json = new JsonObject();
    json.add("rows", gson.toJsonTree(rows));
    json.add("samples", gson.toJsonTree(samples));
    return json;
  }

  private static void remarks(Bench bench, List<NetSample> samples) {
    bench.out().println();
    for (String backEnd : List.of("dpdk", "mooring")) {
      Stream<String> agreed =
          samples.stream()
              .filter(sample -> sample.backEnd().equals(backEnd))
              .map(NetSample::features)
              .distinct();
      agreed.forEach(features ->
          bench
              .out()
              .printf(
                  "  driver and %s agreed on %s (%s)%n",
                  backEnd, features, RingFeatures.names(Long.decode(features))));
    }
    long disturbed = samples.stream().filter(NetSample::disturbed).count();
    if (disturbed > 0) {
      bench
          .out()
          .printf(
              "  %d of %d runs lost over 5 %% of a core to other programs%n",
              disturbed, samples.size());
    }
  }
}
