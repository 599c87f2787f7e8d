package io.mooring.bench;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.mooring.api.os.Os;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** {@code ./mooring bench wake}. */
final class WakeBenchmark implements Benchmark {

  /** The row of {@link BareWake}. */
  private static final String BARE = "bare wake";

  private static final int GREETINGS = 100;
  private static final long GREETING_MILLIS = 50;
  private static final int FRAME_BYTES = 60;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final long LOST_NANOS = 1_000_000_000;

  /** One after the other, not counted: until both sides' code is compiled. */
  private static final int WARM_UP_FRAMES = 50_000;

  /**
   * Frames through one run of a back-end.
   *
   * @param nanos of each, from the driver's kick to the frame in the other driver's ring
   * @param core share of a core that the back-end's busiest thread took meanwhile
   */
  record Run(String backEnd, List<Long> nanos, double core) {}

  @Override
  public String name() {
    return "wake";
  }

  @Override
  public String purpose() {
    return "how soon an idle back-end passes a frame on";
  }

  @Override
  public List<Option> options() {
    return List.of(
        new Option("--runs", "5", "alternating runs of each back-end"),
        new Option("--frames", "200", "a run, after 50,000 of warm-up without a pause"),
        new Option("--pause", "10", "milliseconds of silence before each"),
        new Option("--cores", "0,1", "processors of the load and of the back-end"));
  }

  @Override
  public String notes() {
    return """
    A front-end in Java sends a frame of 60 bytes, another one watches its ring. Mooring sleeps meanwhile, and is woken
    by the driver's kick; testpmd with two net_vhost ports never sleeps, which is the soonest that a frame can come, and
    costs it a core. core is what the back-end's busiest thread took of one. bare wake is what the machine takes to
    wake a thread that waits for an eventfd and does nothing else: Mooring cannot be sooner.\
    """;
  }

  @Override
  public JsonObject run(Settings settings, Bench bench)
      throws BenchException, InterruptedException {
    int runs = settings.number("--runs", 1, 1000);
    int frames = settings.number("--frames", 10, 100_000);
    int pause = settings.number("--pause", 0, 10_000);
    Processors cores = Processors.of(settings, Processors.available());
    Peers.need(bench, Testpmd.PROGRAM, Testpmd.PACKAGES);
    GuestMemory memory = HugePages.reserve(bench);
    List<BackEnd> backEnds =
        List.of(
            new MooringBackEnd(bench, cores.backEnd()),
            new DpdkBackEnd(bench, memory, cores.backEnd(), 1));
    var all = new ArrayList<Run>();
    for (int run = 1; run <= runs; run++) {
      for (BackEnd backEnd : run % 2 == 0 ? backEnds.reversed() : backEnds) {
        bench.progress().show("wake: %s, %d of %d".formatted(backEnd.name(), run, runs));
        all.add(run(bench, backEnd, cores.load(), frames, pause));
      }
      all.add(bare(cores, frames, pause));
    }
    bench.progress().clear();
    bench.out().printf("wake: %d runs of %d frames, %d ms apart%n%n", runs, frames, pause);
    bench.out().println("  microseconds    median      90 %      99 %      most    core");
    backEnds.forEach(each -> row(bench, each.name(), all));
    row(bench, BARE, all);
    var json = new JsonObject();
    json.add("runs", new Gson().toJsonTree(all));
    return json;
  }

  private static Run run(Bench bench, BackEnd backEnd, int core, int frames, int pause)
      throws BenchException, InterruptedException {
    Path sockets = bench.fresh("sockets");
    Path first = sockets.resolve("a");
    Path second = sockets.resolve("b");
    Os os = new LinuxOs();
    try (BackEnd.Running running = backEnd.start(first, second);
        NetPort from = NetPort.connect(os, new UnixTransport(os), first, NetOptions.modern());
        NetPort to = NetPort.connect(os, new UnixTransport(os), second, NetOptions.modern())) {
      return pinned(
          os,
          core,
          () -> {
            greet(from, to);
            passEach(from, to, WARM_UP_FRAMES, 0);
            Threads before = Threads.of(running.pid());
            long began = System.nanoTime();
            List<Long> nanos = passEach(from, to, frames, pause);
            double elapsed = System.nanoTime() - began;
            long busy = Threads.of(running.pid()).busiestSince(before).running();
            return new Run(backEnd.name(), nanos, busy / elapsed);
          });
    } catch (IOException exception) {
      throw BenchException.failed("%s: %s".formatted(backEnd.name(), exception.getMessage()));
    }
  }

  private static Run bare(Processors cores, int times, int pause)
      throws BenchException, InterruptedException {
    Os os = new LinuxOs();
    try (var bare = new BareWake(os, cores.backEnd())) {
      return pinned(os, cores.load(), () -> new Run(BARE, bare.each(times, pause), 0));
    } catch (IOException exception) {
      throw BenchException.failed(BARE + ": " + exception.getMessage());
    }
  }

  /** Measures on a thread of its own: programs that this one starts would be pinned, too. */
  private static Run pinned(Os os, int core, Callable<Run> measure)
      throws BenchException, InterruptedException {
    var task =
        new FutureTask<>(() -> {
          os.pinCurrentThread(core);
          return measure.call();
        });
    Thread.ofPlatform().name("wake").daemon().start(task);
    try {
      return task.get();
    } catch (ExecutionException exception) {
      throw BenchException.failed("wake: " + exception.getCause().getMessage());
    }
  }

  private static List<Long> passEach(NetPort from, NetPort to, int frames, int pause)
      throws BenchException, InterruptedException {
    var nanos = new ArrayList<Long>();
    for (int frame = 0; frame < frames; frame++) {
      if (pause > 0) {
        Thread.sleep(pause);
      }
      nanos.add(pass(from, to, frame));
    }
    return nanos;
  }

  /** The first frames are lost where a back-end learns later than the driver that a link is up. */
  private static void greet(NetPort from, NetPort to) throws InterruptedException {
    for (int tries = 0; tries < GREETINGS; tries++) {
      send(from, 0);
      Thread.sleep(GREETING_MILLIS);
      if (to.receive((_, _, _) -> {}, Integer.MAX_VALUE) > 0) {
        return;
      }
    }
  }

  private static void send(NetPort from, int sequence) {
    TestFrame.write(from.reserve(), FRAME_BYTES, BROADCAST, TestFrame.mac(1), 1, sequence);
    from.commit(FRAME_BYTES);
    from.flush();
  }

  /** Sends one frame and returns how long it took. */
  private static long pass(NetPort from, NetPort to, int sequence) throws BenchException {
    long began = System.nanoTime();
    send(from, sequence);
    while (to.receive((_, _, _) -> {}, 1) == 0) {
      if (System.nanoTime() - began > LOST_NANOS) {
        throw BenchException.failed("a frame did not come within a second");
      }
      Thread.onSpinWait();
    }
    return System.nanoTime() - began;
  }

  private static void row(Bench bench, String name, List<Run> all) {
    List<Run> mine = all.stream().filter(each -> each.backEnd.equals(name)).toList();
    List<Long> nanos = mine.stream().flatMap(each -> each.nanos.stream()).sorted().toList();
    bench
        .out()
        .printf(
            Locale.ROOT,
            "  %-12s %9.1f %9.1f %9.1f %9.1f %5.1f %%%n",
            name,
            part(nanos, 0.5),
            part(nanos, 0.9),
            part(nanos, 0.99),
            part(nanos, 1),
            100 * mine.stream().mapToDouble(Run::core).average().orElse(0));
  }

  /** Microseconds within which a part of the frames came. */
  private static double part(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1000.0;
  }
}
