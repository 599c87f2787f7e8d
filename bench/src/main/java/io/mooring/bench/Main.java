package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The command line behind {@code ./mooring bench}. */
public final class Main {

  /** In the order in which all of them run. */
  private static final List<Benchmark> BENCHMARKS =
      List.of(
          new StartBenchmark(),
          new WakeBenchmark(),
          new ProfilesBenchmark(),
          new NetBenchmark(),
          new RingsBenchmark(),
          new LogBenchmark(),
          new SwapBenchmark());

  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  private static volatile boolean signalled;

  private Main() {}

  /** Takes the checkout's path and the arguments of {@code ./mooring bench}. */
  public static void main(String[] arguments) throws InterruptedException {
    int status = 0;
    try {
      List<String> all = List.of(arguments);
      Request request = Request.parse(BENCHMARKS, all.subList(1, all.size()));
      if (request.help()) {
        OUT.print(Help.of(request.benchmarks()));
      } else {
        run(Path.of(all.getFirst()), request);
      }
    } catch (BenchException exception) {
      // After a signal it only says that the programs are gone.
      if (!signalled) {
        ERR.println("mooring: bench: " + exception.getMessage());
      }
      status = exception.status();
    }
    System.exit(status);
  }

  private static void run(Path root, Request request) throws BenchException, InterruptedException {
    var results = new JsonObject();
    results.add("machine", new Gson().toJsonTree(Machine.here()));
    try (var bench = new Bench(root, OUT, new Progress(ERR))) {
      closeOnSignal(bench);
      for (Benchmark each : request.benchmarks()) {
        Settings settings = request.settings(each);
        JsonObject result = each.run(settings, bench);
        result.add("settings", settings.json());
        results.add(each.name(), result);
        OUT.println();
        OUT.println(each.notes().indent(2));
      }
    }
    request.write(results);
  }

  private static void closeOnSignal(Bench bench) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  signalled = true;
                  bench.close();
                },
                "close"));
  }

  /** The names of benchmarks, for a person. */
  static String names(List<Benchmark> benchmarks) {
    return benchmarks.stream().map(Benchmark::name).collect(Collectors.joining(", "));
  }
}
