package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** {@code ./mooring bench swap}. */
final class SwapBenchmark implements Benchmark {

  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long AHEAD_NANOS = 10_000_000;
  private static final long AFTER_NANOS = 100_000_000;

  /** Not a room: the process with all of them. */
  private static final String PROCESS = "process";

  /** What the name of the thread that forwards begins with. */
  private static final String WORKER = "worker-0";

  private static final int RECEIVING = 0;
  private static final int SENDING = 1;

  private static final double[] BUCKETS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 50, 1e9};

  @Override
  public String name() {
    return "swap";
  }

  @Override
  public String purpose() {
    return "gaps in delivery and frames lost while a room or all is replaced under full load";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--swaps", "50", "how many, one after the other"),
        new Option(
            "--room", "virtqueue", "which room: virtqueue or net; or process, for all at once"),
        new Option("--warm-up", "20", "seconds that a newcomer may be warmed up at most"),
        new Option("--cores", "0,1", "processors of the load and of the back-end"),
        new Option("--isolate", "yes", "keep others off the back-end's processor; yes or no"),
        new Option("--vdev", "", "the driver's side: options of net_virtio_user, split rings"));
  }

  @Override
  public String notes() {
    return """
    Frames of 64 bytes go round at full speed as in bench net, while vhost:swap puts fresh instances of a room's
    bundle in place of each other, or with --room process vhost:upgrade one process in place of another. An observer
    reads the rings' indices out of the load's own memory about every 100 microseconds. A gap is the time in which
    frames wait in a ring of the load, and buffers for them in the other one, and none is delivered: from one sample
    in which all is well to the next, so what the observer missed counts, and what the load missed does not.
    Where that is allowed, threads of other processes and of the kernel are kept off the back-end's processor
    meanwhile, as isolcpus does on a host that forwards frames; its own keep off by themselves. of it displaced: how long in that gap the worker was ready to run and another task, of the kernel's
    for instance, had its processor. silence: the same with what the load missed. through: from 10 ms before the move to 100 ms after it. all: the
    whole command, with warm-up and probation; on a machine where the warm-up and the compiler have no processor of
    their own, they take the load's. move: how long the worker was kept, by its own clock. after: frames/s in the
    100 ms after the move by the median of ten such spans before the command; during: in the whole command. Lost are
    frames that one port of the load sent and the other did not receive, by the load's own counters after it was
    stopped.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int swaps = settings.number("--swaps", 1, 10_000);
    int warmUp = settings.number("--warm-up", 0, 600);
    String room = settings.text("--room");
    Processors cores = Processors.of(settings, Processors.available());
    boolean isolate = settings.yes("--isolate");
    DeviceOptions options = DeviceOptions.parse(settings.text("--vdev"));
    Peers.need(bench, Testpmd.PROGRAM, Testpmd.PACKAGES);
    GuestMemory memory = HugePages.reserve(bench);
    Path sockets = bench.fresh("sockets");
    Path first = sockets.resolve("a");
    Path second = sockets.resolve("b");
    var samples = new ArrayList<SwapSample>();
    String command =
        room.equals(PROCESS)
            ? "vhost:upgrade '%s' --json".formatted(bench.mooring())
            : "vhost:swap %s --probation 0.5 --warm-up %d --json".formatted(room, warmUp);
    long lost;
    int moved = 0;
    try (Instance mooring =
            Instance.start(
                bench,
                "--port",
                "a=" + first,
                "--port",
                "b=" + second,
                "--cores",
                "" + cores.backEnd());
        Load load = Load.start(bench, memory, cores.load(), first, second, options)) {
      if (isolate) {
        moved = bench.own(Isolation.of(cores.backEnd(), mooring.pid())).moved();
      }
      load.begin(64);
      Thread.sleep(NetRun.WARM_UP);
      List<FramePath> paths = paths(mooring);
      RingObserver.prepare(load.pid(), paths);
      for (int swap = 1; swap <= swaps; swap++) {
        bench.progress().show("swap: %s, %d of %d".formatted(room, swap, swaps));
        samples.add(sample(mooring, load, paths, command));
      }
      lost = load.lost();
    }
    bench.progress().clear();
    print(bench, room, swaps, samples, lost, moved);
    var gson = new Gson();
    var json = new JsonObject();
    json.addProperty("lost", lost);
    json.addProperty("threadsMoved", moved);
    json.add("samples", gson.toJsonTree(samples));
    return json;
  }

  /** From each port to the other, where the load has their rings. */
  private static List<FramePath> paths(Instance mooring) throws BenchException {
    JsonArray ports = mooring.ask("vhost:ports --json").getAsJsonArray();
    return List.of(
        new FramePath(ring(ports, 0, SENDING), ring(ports, 1, RECEIVING)),
        new FramePath(ring(ports, 1, SENDING), ring(ports, 0, RECEIVING)));
  }

  private static SplitRing ring(JsonArray ports, int port, int queue) {
    JsonObject found =
        ports.get(port).getAsJsonObject().getAsJsonArray("queues").get(queue).getAsJsonObject();
    return new SplitRing(
        Long.decode(found.get("used").getAsString()), found.get("size").getAsInt());
  }

  private static SwapSample sample(
      Instance mooring, Load load, List<FramePath> paths, String command)
      throws BenchException, InterruptedException {
    long before = inside(mooring);
    try (var observer = RingObserver.start(load.pid(), paths);
        var waits = new ProcessorWaits(mooring.pid(), WORKER)) {
      Thread.sleep(BEFORE);
      long began = System.nanoTime();
      // What the JVMs of this machine have in common is the time of day.
      long offset = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
      JsonElement answer = mooring.ask(command, PATIENCE);
      long ended = System.nanoTime();
      Deliveries seen = observer.deliveries();
      JsonObject report = answer.getAsJsonObject();
      long moved = report.get("movedAtMillis").getAsLong() * 1_000_000 - offset;
      if (report.has(PROCESS)) {
        mooring.follow(report.get(PROCESS).getAsLong());
      }
      double usual = seen.usualRate(began - BEFORE.toNanos(), began, AFTER_NANOS);
      Deliveries.Gap gap = seen.longestGap(moved - AHEAD_NANOS, moved + AFTER_NANOS);
      return new SwapSample(
          report.get("movedAtMillis").getAsLong(),
          gap.length() / 1e6,
          report.has(PROCESS) ? 0 : waits.within(gap.from(), gap.to()) / 1e6,
          seen.longestGap(began, ended).length() / 1e6,
          seen.longestSilence(moved - AHEAD_NANOS, moved + AFTER_NANOS) / 1e6,
          seen.longestAbsence(moved - AHEAD_NANOS, moved + AFTER_NANOS) / 1e6,
          report.get(report.has(PROCESS) ? "gapNanos" : "longestMoveNanos").getAsLong() / 1e6,
          seen.rate(moved, moved + AFTER_NANOS) / usual,
          seen.rate(began, ended) / usual,
          report.has(PROCESS) ? 0 : report.get("warmUpMillis").getAsLong(),
          inside(mooring) - before);
    }
  }

  /** Frames that went in and have not come out. */
  private static long inside(Instance mooring) throws BenchException {
    long inside = 0;
    for (JsonElement port : mooring.ask("vhost:ports --json").getAsJsonArray()) {
      for (var counter : port.getAsJsonObject().getAsJsonObject("counters").entrySet()) {
        if (counter.getKey().contains("dropped")) {
          inside += counter.getValue().getAsLong();
        }
      }
    }
    return inside;
  }

  private static void print(
      Bench bench, String room, int swaps, List<SwapSample> samples, long lost, int moved) {
    bench
        .out()
        .printf(
            Locale.ROOT,
            "swap: %d swaps of %s under 64-byte load, %d other threads off the worker's"
                + " processor%n%n",
            swaps,
            room,
            moved);
    bench.out().println("                          median      least       most");
    line(bench, "gap through, ms", samples, SwapSample::gapMillis);
    line(bench, "of it displaced, ms", samples, SwapSample::displacedMillis);
    line(bench, "gap of all, ms", samples, SwapSample::gapOfAllMillis);
    line(bench, "silence through, ms", samples, SwapSample::silenceMillis);
    line(bench, "observer away, ms", samples, SwapSample::observerMillis);
    line(bench, "move, ms", samples, SwapSample::moveMillis);
    line(bench, "speed after", samples, SwapSample::after);
    line(bench, "speed during", samples, SwapSample::during);
    line(bench, "warm-up, ms", samples, SwapSample::warmUpMillis);
    bench.out().printf(Locale.ROOT, "%n  gap through   swaps%n");
    double from = 0;
    for (double to : BUCKETS) {
      double least = from;
      long count =
          samples.stream()
              .filter(each -> each.gapMillis() >= least && each.gapMillis() < to)
              .count();
      String bucket = to > 1e6 ? "over %5.1f ms".formatted(from) : "to %7.1f ms".formatted(to);
      bench.out().printf(Locale.ROOT, "  %s %5d %s%n", bucket, count, "#".repeat((int) count));
      from = to;
    }
    bench.out().printf(Locale.ROOT, "%n  frames lost: %d%n", lost);
  }

  private static void line(
      Bench bench, String name, List<SwapSample> samples, ToDoubleFunction<SwapSample> value) {
    Statistics of = Statistics.of(samples.stream().mapToDouble(value).boxed().toList());
    bench
        .out()
        .printf(
            Locale.ROOT,
            "  %-20s %10.3f %10.3f %10.3f%n",
            name,
            of.median(),
            of.least(),
            of.most());
  }
}
