package io.mooring.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The load: DPDK's virtio-user driver at both ports of a back-end. Frames that it sent once go
 * round for ever, from the first port through the back-end to the second, and back in the other
 * way.
 */
final class Load implements AutoCloseable {

  private static final Duration COLLECT = Duration.ofMillis(500);

  private final Testpmd testpmd;

  private Load(Testpmd testpmd) {
    this.testpmd = testpmd;
  }

  /** Connects to both sockets. */
  static Load start(
      Bench bench, GuestMemory memory, int core, Path first, Path second, DeviceOptions options)
      throws BenchException, InterruptedException {
    List<String> devices = List.of(options.device(0, first), options.device(1, second));
    return new Load(Testpmd.start(bench, "load", memory, core, options.queues(), devices));
  }

  /** Begins to send frames of a size. */
  void begin(int bytes) throws BenchException {
    testpmd.tell("set txpkts " + segments(bytes));
    testpmd.tell("start tx_first 32");
  }

  /** A frame that is larger than a buffer is sent in equal parts: testpmd refuses it in one. */
  static String segments(int bytes) {
    int parts = Math.ceilDiv(bytes, Testpmd.BUFFER_BYTES);
    return IntStream.range(0, parts)
        .map(part -> bytes * (part + 1) / parts - bytes * part / parts)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }

  Traffic traffic() throws BenchException, InterruptedException {
    return Traffic.of(testpmd.ask("show port stats all", Traffic.PATTERN));
  }

  /** Stops, collects what is on its way, and returns how many frames are missing. */
  long lost() throws BenchException, InterruptedException {
    testpmd.tell("stop");
    testpmd.tell("set fwd rxonly");
    testpmd.tell("start");
    Thread.sleep(COLLECT);
    testpmd.tell("stop");
    MatchResult answer = testpmd.ask("show port stats all", Traffic.PATTERN);
    return count(answer.group(), "TX-packets") - count(answer.group(), "RX-packets");
  }

  /** The sum of a counter of both ports. */
  static long count(String statistics, String counter) {
    return Pattern.compile(counter + ": +(\\d+)")
        .matcher(statistics)
        .results()
        .mapToLong(each -> Long.parseLong(each.group(1)))
        .sum();
  }

  long pid() {
    return testpmd.pid();
  }

  @Override
  public void close() {
    testpmd.close();
  }
}
