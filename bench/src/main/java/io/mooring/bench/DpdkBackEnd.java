package io.mooring.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DPDK's own back-end: testpmd between two {@code net_vhost} ports. */
final class DpdkBackEnd implements BackEnd {

  /** It counts a poll's cycles when the poll found frames. */
  static final Pattern CYCLES =
      Pattern.compile(
          "CPU cycles/packet=\\S+ \\((?:total|busy) cycles=(\\d+) / total \\S+ packets=(\\d+)\\)"
              + " at (\\d+) MHz");

  private static final Pattern FEATURES =
      Pattern.compile("negotiated Virtio features: 0x([0-9a-f]+)");

  private final Bench bench;
  private final GuestMemory memory;
  private final int core;
  private final int queues;

  DpdkBackEnd(Bench bench, GuestMemory memory, int core, int queues) {
    this.bench = bench;
    this.memory = memory;
    this.core = core;
    this.queues = queues;
  }

  @Override
  public String name() {
    return "dpdk";
  }

  @Override
  public Running start(Path first, Path second) throws BenchException, InterruptedException {
    List<String> devices =
        List.of(
            "net_vhost0,iface=%s,queues=%d".formatted(first, queues),
            "net_vhost1,iface=%s,queues=%d".formatted(second, queues));
    Testpmd testpmd = Testpmd.start(bench, "back-end", memory, core, queues, devices);
    testpmd.tell("set record-core-cycles on");
    testpmd.tell("start");
    return new Forwarding(testpmd);
  }

  static Work work(MatchResult match) {
    long cycles = Long.parseLong(match.group(1));
    return new Work(cycles * 1000 / Long.parseLong(match.group(3)), Long.parseLong(match.group(2)));
  }

  private record Forwarding(Testpmd testpmd) implements Running {

    @Override
    public Work work() throws BenchException, InterruptedException {
      return DpdkBackEnd.work(testpmd.ask("show fwd stats all", CYCLES));
    }

    @Override
    public long features() throws BenchException {
      Matcher matcher = FEATURES.matcher(testpmd.output());
      if (!matcher.find()) {
        throw BenchException.failed("dpdk-testpmd (back-end) told no features");
      }
      return Long.parseLong(matcher.group(1), 16);
    }

    @Override
    public String version() {
      return testpmd.version();
    }

    @Override
    public long pid() {
      return testpmd.pid();
    }

    @Override
    public void close() {
      testpmd.close();
    }
  }
}
