package io.mooring.acceptance.rig;

import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Guests in a process of their own, so that they can be killed: they connect when told to, and then
 * send test frames as fast as they can.
 */
public final class Sender implements AutoCloseable {

  /** The MAC address of all frames' receiver. */
  public static final long RECEIVER = TestFrame.mac(8);

  private static final int FIRST_FLOW = 100;
  private static final int FRAME_BYTES = 256;
  private static final int BURST = 64;
  private static final long NAP_NANOS = 50_000;

  /** A sender whose test died ends by itself. */
  private static final long LIFE_NANOS = 60_000_000_000L;

  private final Process process;

  private Sender(Process process) {
    this.process = process;
  }

  /** The flow of the frames that a process's guest sends; guests count from 0. */
  public static int flow(int guest) {
    return FIRST_FLOW + guest;
  }

  /** Starts a process of a guest a socket; it takes a moment until it is ready for {@link #go}. */
  public static Sender start(List<Path> sockets) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                // Nothing of it is to be logged.
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                Sender.class.getName()));
    sockets.forEach(socket -> command.add(socket.toString()));
    try {
      return new Sender(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets all guests connect and send. */
  public void go() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new AssertionError("the sender ended before it was told to go", e);
    }
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Kills it (SIGKILL). */
  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** The process: waits for a byte on its standard input. */
  public static void main(String[] sockets) throws IOException {
    if (System.in.read() < 0) {
      return;
    }
    List<NetPort> guests = new ArrayList<>();
    for (String socket : sockets) {
      guests.add(Lab.connect(Path.of(socket)));
    }
    long[] sequences = new long[guests.size()];
    for (long born = System.nanoTime(); System.nanoTime() - born < LIFE_NANOS; ) {
      for (int guest = 0; guest < guests.size(); guest++) {
        sequences[guest] = burst(guests.get(guest), flow(guest), sequences[guest]);
      }
      LockSupport.parkNanos(NAP_NANOS);
    }
    guests.forEach(NetPort::close);
  }

  /** Sends what there is room for; returns the next sequence number. */
  private static long burst(NetPort guest, int flow, long sequence) {
    long next = sequence;
    long room = guest.reserve();
    for (int frame = 0; frame < BURST && room != 0; frame++) {
      TestFrame.write(room, FRAME_BYTES, RECEIVER, TestFrame.mac(flow), flow, next++);
      guest.commit(FRAME_BYTES);
      room = guest.reserve();
    }
    guest.flush();
    return next;
  }
}
