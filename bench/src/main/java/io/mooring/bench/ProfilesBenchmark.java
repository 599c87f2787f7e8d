package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code ./mooring bench profiles}. */
final class ProfilesBenchmark implements Benchmark {

  private static final String LINEAGE = "com.example.bench";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(2);

  private static final int TOGETHER = 100;

  /** Each version has an MTU of its own, so that no two are the same interface. */
  private static final int FIRST_MTU = 1000;

  @Override
  public String name() {
    return "profiles";
  }

  @Override
  public String purpose() {
    return "time to load many profiles, and to check one of them";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--runs", "5", "loads, each into a running instance with a new home"),
        new Option("--profiles", "1000", "files that are dropped at once"),
        new Option("--checks", "1000", "checks a load, each of another profile"));
  }

  @Override
  public String notes() {
    return """
    load is the time from the first file's arrival in load/ until run/profiles.json has all of them; it has the
    pause in it that lets whoever writes a file finish. check is one vhost:check among many on one command line, so
    that the control socket's share is not in it.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int runs = settings.number("--runs", 1, 1000);
    int profiles = settings.number("--profiles", 1, 10_000);
    int checks = settings.number("--checks", 1, 1_000_000);
    var loads = new ArrayList<Double>();
    var answers = new ArrayList<Double>();
    for (int run = 1; run <= runs; run++) {
      bench.progress().show("profiles: %d of %d".formatted(run, runs));
      try (Instance instance = Instance.start(bench)) {
        loads.add(load(bench, instance, profiles));
        answers.add(check(instance, profiles, checks));
      }
    }
    bench.progress().clear();
    bench.out().printf("profiles: %d files, %d loads, %d checks each%n%n", profiles, runs, checks);
    bench.out().println("                 median    least     most");
    Statistics load = row(bench, "load ms", loads);
    Statistics check = row(bench, "check ms", answers);
    var gson = new Gson();
    var json = new JsonObject();
    json.add("loadMillis", gson.toJsonTree(load));
    json.add("checkMillis", gson.toJsonTree(check));
    return json;
  }

  private static double load(Bench bench, Instance instance, int profiles)
      throws BenchException, InterruptedException {
    Path written = bench.fresh("written");
    try {
      for (int version = 1; version <= profiles; version++) {
        Files.writeString(written.resolve(file(version)), text(version));
      }
      Path load = instance.home().resolve("load");
      long began = System.nanoTime();
      for (int version = 1; version <= profiles; version++) {
        Files.move(written.resolve(file(version)), load.resolve(file(version)));
      }
      Path published = instance.home().resolve("run/profiles.json");
      while (published(published) < profiles) {
        if (System.nanoTime() - began > PATIENCE.toNanos()) {
          throw BenchException.failed(
              "mooring: %d of %d profiles are published after %d s"
                  .formatted(published(published), profiles, PATIENCE.toSeconds()));
        }
        Thread.sleep(LOOK);
      }
      return (System.nanoTime() - began) / 1e6;
    } catch (IOException exception) {
      throw BenchException.failed("cannot drop profiles: " + exception);
    }
  }

  private static String file(int version) {
    return "%d.profile".formatted(version);
  }

  private static String name(int version) {
    return LINEAGE + ".v" + version;
  }

  private static String text(int version) {
    return """
    name: %s
    source: bench
    values: device=net,mrg_rxbuf=on,version_1=on,max_ring=256,max_queue_pairs=1,mtu=%d
    """
        .formatted(name(version), FIRST_MTU + version);
  }

  private static long published(Path file) throws IOException {
    long count = 0;
    JsonObject list = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    for (JsonElement each : list.getAsJsonArray("supported")) {
      if (each.getAsJsonObject().get("name").getAsString().startsWith(LINEAGE)) {
        count++;
      }
    }
    return count;
  }

  /** Milliseconds a check: what a hundred more on one line take, divided. */
  private static double check(Instance instance, int profiles, int checks) throws BenchException {
    double took = 0;
    for (int round = 0; round < checks; round += TOGETHER) {
      took += line(instance, profiles, round, TOGETHER + 1) - line(instance, profiles, round, 1);
    }
    return took / Math.ceilDiv(checks, TOGETHER) / TOGETHER;
  }

  private static double line(Instance instance, int profiles, int first, int count)
      throws BenchException {
    String line =
        IntStream.range(first, first + count)
            .mapToObj(each -> "vhost:check " + name(1 + each % profiles))
            .collect(Collectors.joining("; "));
    long began = System.nanoTime();
    String said = instance.say(line);
    double took = (System.nanoTime() - began) / 1e6;
    // The shell shows what the last of them answers.
    if (!said.strip().equals("served")) {
      throw BenchException.failed("mooring: vhost:check: " + said.strip());
    }
    return took;
  }

  private static Statistics row(Bench bench, String what, List<Double> samples) {
    Statistics statistics = Statistics.of(samples);
    bench
        .out()
        .printf(
            Locale.ROOT,
            "  %-12s %8.2f %8.2f %8.2f%n",
            what,
            statistics.median(),
            statistics.least(),
            statistics.most());
    return statistics;
  }
}
