package io.mooring.acceptance.rig;

import io.mooring.acceptance.rig.Command.Outcome;
import io.mooring.acceptance.rig.Peers.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of a host that has nothing but a Mooring: a network namespace in a user namespace, so
 * that any user may set it up.
 */
public final class HostNetwork {

  /** Runs what follows in a new one. */
  static final List<String> NEW = List.of("unshare", "--user", "--map-root-user", "--net", "--");

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final long pid;

  /** The one that a process was started in. */
  HostNetwork(long pid) {
    this.pid = pid;
  }

  private List<String> enter(String... command) {
    var whole =
        new ArrayList<>(
            List.of("nsenter", "--preserve-credentials", "--user", "--net", "--target", "" + pid));
    whole.addAll(List.of(command));
    return whole;
  }

  /** Runs a program there that must succeed; returns what it printed. */
  public String must(String... command) {
    Outcome outcome = Command.run(enter(command).toArray(String[]::new));
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
    return outcome.out();
  }

  /** Runs one of busybox's programs there that must succeed. */
  public String busybox(String... command) {
    return must(ofBusybox(command));
  }

  private static String[] ofBusybox(String... command) {
    Peers.require(Peer.BUSYBOX);
    var whole = new ArrayList<>(List.of(Peers.busybox().toString()));
    whole.addAll(List.of(command));
    return whole.toArray(String[]::new);
  }

  /** Gives an interface an address, and brings it up. */
  public void up(String name, String address) {
    must("ip", "address", "add", address, "dev", name);
    must("ip", "link", "set", name, "up");
  }

  /** Offers a file by HTTP, and others beside it, until the process is destroyed. */
  public Process serve(Path file) {
    must("ip", "link", "set", "lo", "up");
    String[] server = ofBusybox("httpd", "-f", "-p", "80", "-h", file.getParent().toString());
    String here = "http://127.0.0.1/" + file.getFileName();
    String[] look = enter(ofBusybox("wget", "-q", "-O", "/dev/null", here)).toArray(String[]::new);
    try {
      Process process = new ProcessBuilder(enter(server)).inheritIO().start();
      Eventually.holds(
          "the host's server answers",
          LIMIT,
          () -> Command.run(look).status() == 0,
          () -> Command.run(look));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
