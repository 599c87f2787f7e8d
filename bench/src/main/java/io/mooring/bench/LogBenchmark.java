package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code ./mooring bench log}. */
final class LogBenchmark implements Benchmark {

  /** All is compiled by then, and what a back-end rehearses ten seconds after its start is over. */
  private static final int WARM_UP_SECONDS = 20;

  /** Of alternating pairs, after that. */
  private static final int WARM_UP_PAIRS = 2;

  /** The log's switch settles: queues are opened anew. */
  private static final long SETTLE_MILLIS = 300;

  /**
   * One stretch of the load.
   *
   * @param logged whether the back-end marked what it wrote
   * @param framesPerSecond both directions
   * @param busyNanos of the worker, a frame
   * @param pages that the log had at the end of the stretch, since it was cleared last
   */
  record Sample(
      int bytes, int pair, boolean logged, double framesPerSecond, double busyNanos, long pages) {}

  /** What was measured with frames of one size. */
  private record OfSize(FirstLog first, List<Sample> samples) {}

  @Override
  public String name() {
    return "log";
  }

  @Override
  public String purpose() {
    return "what the dirty log of a migration costs while it is on";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--pairs", "5", "alternating pairs of stretches a size"),
        new Option("--sizes", "64,1500", "bytes of a frame"),
        new Option("--seconds", "2", "of a stretch, after 20 of warm-up and two pairs"),
        new Option("--cores", "0,1", "processors of the load and of the back-end"));
  }

  @Override
  public String notes() {
    return """
    The load is that of bench net. Between its driver and Mooring stands a program that turns the log on and off as a
    VMM does, by SET_LOG_BASE, SET_FEATURES and SET_VRING_ADDR, while frames move, and reads and clears it ten times a
    second. ratio is the frames/s with the log on by those with it off, in the same pair; time is the same of the
    worker's busy nanoseconds a frame. first is the ratio of the second after and the second before the first log since
    the back-end's start, and tenth that of the worst tenth of it.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int pairs = settings.number("--pairs", 1, 1000);
    List<Integer> sizes = settings.numbers("--sizes", 60, Testpmd.BUFFER_BYTES);
    int seconds = settings.number("--seconds", 1, 3600);
    Processors cores = Processors.of(settings, Processors.available());
    Peers.need(bench, Testpmd.PROGRAM, Testpmd.PACKAGES);
    GuestMemory memory = HugePages.reserve(bench);
    bench
        .out()
        .printf(
            "log: load on core %d, back-end on core %d, %s; median of %d alternating pairs of %d"
                + " s%n%n",
            cores.load(), cores.backEnd(), memory.text(), pairs, seconds);
    bench
        .out()
        .println(
            "  bytes     frames/s off           on    ratio  least   most     time    first "
                + " tenth");
    var firsts = new ArrayList<FirstLog>();
    var samples = new ArrayList<Sample>();
    for (int bytes : sizes) {
      OfSize ofSize = measure(bench, memory, cores, bytes, pairs, seconds);
      firsts.add(ofSize.first());
      samples.addAll(ofSize.samples());
      bench.progress().clear();
      row(bench, ofSize);
    }
    var json = new JsonObject();
    json.add("samples", new Gson().toJsonTree(samples));
    json.add("first", new Gson().toJsonTree(firsts));
    return json;
  }

  private static OfSize measure(
      Bench bench, GuestMemory memory, Processors cores, int bytes, int pairs, int seconds)
      throws BenchException, InterruptedException {
    Path sockets = bench.fresh("sockets");
    Path first = sockets.resolve("a");
    Path second = sockets.resolve("b");
    var backEnd = new MooringBackEnd(bench, cores.backEnd());
    var samples = new ArrayList<Sample>();
    try (BackEnd.Running running = backEnd.start(first, second);
        LoggedPort one = LoggedPort.before(first, sockets.resolve("c"));
        LoggedPort other = LoggedPort.before(second, sockets.resolve("d"));
        Load load =
            Load.start(
                bench,
                memory,
                cores.load(),
                sockets.resolve("c"),
                sockets.resolve("d"),
                DeviceOptions.parse(""))) {
      load.begin(bytes);
      bench.progress().show("log: %d bytes, warm-up".formatted(bytes));
      Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS));
      FirstLog begin = FirstLog.begin(running, bytes, List.of(one, other));
      for (int pair = 1 - WARM_UP_PAIRS; pair <= pairs; pair++) {
        for (boolean logged : pair % 2 == 0 ? List.of(true, false) : List.of(false, true)) {
          bench
              .progress()
              .show("log: %d bytes, pair %d of %d".formatted(bytes, Math.max(pair, 0), pairs));
          one.log(logged);
          other.log(logged);
          Thread.sleep(SETTLE_MILLIS);
          Sample sample = sample(running, bytes, pair, logged, seconds, List.of(one, other));
          // Those before the first are the warm-up.
          if (pair > 0) {
            samples.add(sample);
          }
        }
      }
      return new OfSize(begin, samples);
    }
  }

  private static Sample sample(
      BackEnd.Running running,
      int bytes,
      int pair,
      boolean logged,
      int seconds,
      List<LoggedPort> ports)
      throws BenchException, InterruptedException {
    BackEnd.Work before = running.work();
    long began = System.nanoTime();
    long pages = 0;
    for (int tenth = 0; tenth < 10 * seconds; tenth++) {
      Thread.sleep(100);
      pages = 0;
      for (LoggedPort port : ports) {
        pages += port.collect();
      }
    }
    BackEnd.Work after = running.work();
    double elapsed = (System.nanoTime() - began) / 1e9;
    double frames = after.frames() - before.frames();
    if (frames == 0 || logged != pages > 0) {
      throw BenchException.failed(
          "log %s: %.0f frames and %d dirty pages".formatted(logged ? "on" : "off", frames, pages));
    }
    return new Sample(
        bytes,
        pair,
        logged,
        frames / elapsed,
        (after.busyNanos() - before.busyNanos()) / frames,
        pages);
  }

  private static void row(Bench bench, OfSize measured) {
    List<Sample> samples = measured.samples();
    var ratios = new ArrayList<Double>();
    var times = new ArrayList<Double>();
    var off = new ArrayList<Double>();
    var on = new ArrayList<Double>();
    for (Sample with : samples) {
      for (Sample without : samples) {
        if (with.logged() && !without.logged() && with.pair() == without.pair()) {
          ratios.add(with.framesPerSecond() / without.framesPerSecond());
          times.add(with.busyNanos() / without.busyNanos());
          off.add(without.framesPerSecond());
          on.add(with.framesPerSecond());
        }
      }
    }
    Statistics ratio = Statistics.of(ratios);
    bench
        .out()
        .printf(
            Locale.ROOT,
            "  %5d     %,12.0f %,12.0f    %5.2f  %5.2f  %5.2f    %5.2f    %5.2f  %5.2f%n",
            samples.getFirst().bytes(),
            Statistics.of(off).median(),
            Statistics.of(on).median(),
            ratio.median(),
            ratio.least(),
            ratio.most(),
            Statistics.of(times).median(),
            measured.first().ratio(),
            measured.first().least());
  }
}
