package io.mooring.acceptance.rig;

import io.mooring.acceptance.rig.Peers.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DPDK's traffic generator with one virtio-user or vhost port a socket, as a plain user without
 * hugepages.
 */
public final class TestPmd implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern COUNTER = Pattern.compile("([RT]X-[a-z]+): +([0-9]+)");

  private static final Pattern VERSION = Pattern.compile("[0-9]+(\\.[0-9]+)+");

  private final Scratch scratch;
  private final Process process;
  private final Console console;
  private final int ports;

  private TestPmd(Scratch scratch, Process process, int ports) {
    this.scratch = scratch;
    this.process = process;
    this.ports = ports;
    console = new Console("testpmd", process);
  }

  /** The MAC address of a port. */
  public static String mac(int port) {
    return "02:00:00:00:01:0" + port;
  }

  /**
   * A kind of virtio-user device.
   *
   * @param pairs queue pairs
   * @param ringSize descriptors of each ring
   * @param options further ones, such as {@code mrg_rxbuf=0}, with a comma before each; may be
   *     empty
   */
  public record Device(int pairs, int ringSize, String options) {

    /** One queue pair of 1024 descriptors. */
    public static Device of(String options) {
      return new Device(1, 1024, options);
    }

    @Override
    public String toString() {
      return "queues=%d,queue_size=%d%s".formatted(pairs, ringSize, options);
    }
  }

  /**
   * Starts and waits for the prompt: forwarding in mode {@code mac}, from each port to its
   * neighbour.
   */
  public static TestPmd start(Device device, Path... sockets) {
    return start(device, List.of("--forward-mode=mac"), sockets);
  }

  /** The same in mode {@code io}: frames go on as they came. */
  public static TestPmd wire(Device device, Path one, Path other) {
    return start(device, List.of("--forward-mode=io"), one, other);
  }

  private static TestPmd start(Device device, List<String> mode, Path... sockets) {
    List<String> devices = new ArrayList<>();
    List<String> forwarding = new ArrayList<>(mode);
    for (int port = 0; port < sockets.length; port++) {
      devices.add(
          "net_virtio_user%d,path=%s,mac=%s,%s".formatted(port, sockets[port], mac(port), device));
      forwarding.add("--eth-peer=%d,%s".formatted(port, mac(port ^ 1)));
    }
    forwarding.addAll(List.of("--rxq=" + device.pairs, "--txq=" + device.pairs));
    // Without these it fills half a thousand descriptors at most.
    forwarding.addAll(List.of("--rxd=" + device.ringSize, "--txd=" + device.ringSize));
    return start(devices, forwarding);
  }

  /**
   * Starts DPDK's own vhost back-end, which listens at each socket, and waits for the prompt.
   *
   * @param options of each vhost device, such as {@code ,tso=1}; may be empty
   */
  public static TestPmd backEnd(String options, Path... sockets) {
    List<String> devices = new ArrayList<>();
    for (int port = 0; port < sockets.length; port++) {
      devices.add("net_vhost%d,iface=%s,queues=1%s".formatted(port, sockets[port], options));
    }
    return start(devices, List.of("--forward-mode=io"));
  }

  private static TestPmd start(List<String> devices, List<String> forwarding) {
    Peers.require(Peer.DPDK);
    Scratch scratch = Scratch.make();
    List<String> command = new ArrayList<>();
    // Its output is a pipe, and is wanted line by line.
    command.addAll(List.of("stdbuf", "-oL", "dpdk-testpmd", "--lcores", "0@0,1@0"));
    command.addAll(List.of("--no-huge", "-m", "256", "--single-file-segments"));
    command.addAll(List.of("--no-pci", "--no-telemetry", "--file-prefix=" + prefix(scratch)));
    // Packed rings are vectorized with AVX-512 only, where the processor has it.
    command.add("--force-max-simd-bitwidth=512");
    devices.forEach(device -> command.addAll(List.of("--vdev", device)));
    command.addAll(List.of("--", "-i", "--nb-cores=1", "--total-num-mbufs=32768"));
    command.addAll(forwarding);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(scratch.file("err").toFile());
      builder.environment().put("XDG_RUNTIME_DIR", scratch.path().toString());
      TestPmd pmd = new TestPmd(scratch, builder.start(), devices.size());
      pmd.awaitPrompt();
      return pmd;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of its files, so that several may run. */
  private static String prefix(Scratch scratch) {
    return "mooring-" + scratch.path().getFileName();
  }

  /** The version of the package, as {@code 22.11.11}. */
  public static String version() {
    Peers.require(Peer.DPDK);
    Command.Outcome asked = Command.run("dpkg-query", "-W", "-f", "${Version}", "dpdk-dev");
    Matcher version = VERSION.matcher(asked.out());
    if (!version.lookingAt()) {
      throw new AssertionError(asked.toString());
    }
    return version.group();
  }

  private void awaitPrompt() {
    try {
      console.await("its prompt", LIMIT, text -> text.contains("testpmd> "));
    } catch (AssertionError e) {
      String errors = errors();
      close();
      throw new AssertionError(e.getMessage() + "\n" + errors, e);
    }
  }

  private String errors() {
    try {
      return Files.readString(scratch.file("err"));
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Starts to bounce frames: each port sends so many bursts of 32, and every frame that comes goes
   * back.
   */
  public void bounce(int bursts) {
    console.ask(
        "start tx_first " + bursts,
        LIMIT,
        text -> text.contains("forwarding packets on") || text.contains("forwards packets on"));
  }

  /** Starts to forward what comes. */
  public void forward() {
    console.ask("start", LIMIT, text -> text.contains("forwards packets on"));
  }

  /** Stops forwarding; frames on their way stay there. */
  public void stop() {
    console.ask("stop", LIMIT, text -> text.contains("Done."));
  }

  /** Takes the frames that are still on their way and sends nothing. */
  public void collect(Duration time) {
    tell("set fwd rxonly");
    forward();
    Eventually.pause(time);
    stop();
  }

  /** Says something that has no answer. */
  public void tell(String line) {
    console.ask(line, LIMIT, text -> text.contains("testpmd> "));
  }

  /** The counters of each port by name, such as {@code RX-packets}. */
  public List<Map<String, Long>> counters() {
    String text =
        console.ask(
            "show port stats all", LIMIT, got -> got.split("Tx-pps", -1).length == ports + 1);
    List<Map<String, Long>> counters = new ArrayList<>();
    for (String port : text.split("NIC statistics for port", -1)) {
      Map<String, Long> each = new TreeMap<>();
      for (Matcher found = COUNTER.matcher(port); found.find(); ) {
        each.put(found.group(1), Long.valueOf(found.group(2)));
      }
      if (!each.isEmpty()) {
        counters.add(each);
      }
    }
    return counters;
  }

  /** Ends it as a crash would. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("testpmd does not die");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    // Root's are not where everybody else's are, and nobody removes them.
    Scratch.remove(Path.of("/var/run/dpdk", prefix(scratch)));
    scratch.close();
  }
}
