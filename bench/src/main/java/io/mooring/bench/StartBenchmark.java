package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./mooring bench start}. */
final class StartBenchmark implements Benchmark {

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  /** After this the start's own work is over and the memory is what an idle instance has. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /**
   * One start.
   *
   * @param readyMillis from the command to the READY line
   * @param ownMillis as the READY line has it, from the JVM's beginning on
   * @param residentKibibytes two seconds later
   */
  record Sample(double readyMillis, long ownMillis, long residentKibibytes) {}

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String purpose() {
    return "start time and resident memory, with two ports";
  }

  @Override
  public List<Option> options() {
    return List.of(new Option("--runs", "5", "starts"));
  }

  @Override
  public String notes() {
    return """
    Each start has a new home. ready is the time from ./mooring start to its READY line, which it prints when all
    ports listen; start_ms is what that line says, from the JVM's beginning on. RSS is the process's resident memory
    two seconds later, without a guest.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int runs = settings.number("--runs", 1, 1000);
    var samples = new ArrayList<Sample>();
    for (int run = 1; run <= runs; run++) {
      bench.progress().show("start: %d of %d".formatted(run, runs));
      samples.add(sample(bench));
    }
    bench.progress().clear();
    bench.out().printf("start: two ports, %d starts%n%n", runs);
    bench.out().println("                 median    least     most");
    Statistics ready = row(bench, "ready ms", samples, Sample::readyMillis);
    Statistics own = row(bench, "start_ms", samples, Sample::ownMillis);
    Statistics resident = row(bench, "RSS MB", samples, each -> each.residentKibibytes() / 1000.0);
    var gson = new Gson();
    var json = new JsonObject();
    json.add("readyMillis", gson.toJsonTree(ready));
    json.add("ownMillis", gson.toJsonTree(own));
    json.add("residentMegabytes", gson.toJsonTree(resident));
    json.add("samples", gson.toJsonTree(samples));
    return json;
  }

  private static Sample sample(Bench bench) throws BenchException, InterruptedException {
    Path sockets = bench.fresh("sockets");
    long began = System.nanoTime();
    try (Instance instance =
        Instance.start(
            bench, "--port", "a=" + sockets.resolve("a"), "--port", "b=" + sockets.resolve("b"))) {
      double ready = (System.nanoTime() - began) / 1e6;
      Thread.sleep(SETTLE);
      return new Sample(ready, instance.startMillis(), resident(instance.pid()));
    }
  }

  private static long resident(long pid) throws BenchException {
    Path file = Path.of("/proc", Long.toString(pid), "status");
    try {
      Matcher matcher = RESIDENT.matcher(Files.readString(file));
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1));
      }
      throw BenchException.failed(file + ": has no VmRSS");
    } catch (IOException exception) {
      throw BenchException.failed("mooring has gone: " + exception);
    }
  }

  private static Statistics row(
      Bench bench, String what, List<Sample> samples, ToDoubleFunction<Sample> value) {
    Statistics statistics = Statistics.of(samples.stream().mapToDouble(value).boxed().toList());
    bench
        .out()
        .printf(
            Locale.ROOT,
            "  %-12s %8.0f %8.0f %8.0f%n",
            what,
            statistics.median(),
            statistics.least(),
            statistics.most());
    return statistics;
  }
}
