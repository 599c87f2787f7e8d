package io.mooring.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** DPDK's test program with two ports, between which it forwards on one core. */
final class Testpmd implements AutoCloseable {

  static final String PROGRAM = "dpdk-testpmd";

  /** Debian 12 has the program in the second, and devices' drivers in the first. */
  static final String PACKAGES = "dpdk dpdk-dev";

  /** Bytes of a frame that one of its buffers holds, unless told otherwise. */
  static final int BUFFER_BYTES = 2048;

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Pattern PROMPT = Pattern.compile("testpmd> ");
  private static final Pattern VERSION = Pattern.compile("RTE Version: '(.*)'");

  private final Child child;
  private final String version;

  private Testpmd(Child child, String version) {
    this.child = child;
    this.version = version;
  }

  /**
   * Starts it, ready to be told.
   *
   * @param role {@code load} or the like: tells two of them apart
   * @param devices two, as {@code --vdev} takes them
   */
  static Testpmd start(
      Bench bench, String role, GuestMemory memory, int core, int queues, List<String> devices)
      throws BenchException, InterruptedException {
    // Its own run-time directory, not the machine's; and every line at once, though into a pipe.
    Path directory = bench.fresh(role);
    var command = new ArrayList<>(List.of("stdbuf", "-oL", PROGRAM, "-v", "--no-pci"));
    command.addAll(List.of("--no-telemetry", "--file-prefix=" + role));
    command.addAll(List.of("--lcores", "0@%d,1@%d".formatted(core, core)));
    command.addAll(memory.options());
    devices.forEach(device -> command.addAll(List.of("--vdev", device)));
    command.addAll(List.of("--", "-i", "--nb-cores=1", "--forward-mode=io"));
    command.addAll(List.of("--total-num-mbufs=16384", "--rxq=" + queues, "--txq=" + queues));
    Child child =
        bench.start(
            "%s (%s)".formatted(PROGRAM, role),
            command,
            Map.of("RUNTIME_DIRECTORY", directory.toString()));
    String version = child.await(VERSION, START).group(1);
    child.await(PROMPT, START);
    return new Testpmd(child, version);
  }

  String version() {
    return version;
  }

  long pid() {
    return child.pid();
  }

  void tell(String command) throws BenchException {
    child.tell(command);
  }

  MatchResult ask(String command, Pattern answer) throws BenchException, InterruptedException {
    child.tell(command);
    return child.await(answer, ANSWER);
  }

  /** All that it said so far. */
  String output() {
    return child.output();
  }

  @Override
  public void close() {
    child.close();
  }
}
