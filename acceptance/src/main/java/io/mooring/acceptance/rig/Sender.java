package io.mooring.acceptance.rig;

import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A guest in a process of its own, so that it can be killed: connects when told to, and then sends
 * test frames as fast as it can.
 */
public final class Sender implements AutoCloseable {

  /** The flow of its frames. */
  public static final int FLOW = 7;

  /** The MAC address of its frames' receiver. */
  public static final long RECEIVER = TestFrame.mac(8);

  private static final long MAC = TestFrame.mac(FLOW);
  private static final int FRAME_BYTES = 256;
  private static final long NAP_NANOS = 50_000;

  /** A sender whose test died ends by itself. */
  private static final long LIFE_NANOS = 60_000_000_000L;

  private final Process process;

  private Sender(Process process) {
    this.process = process;
  }

  /** Starts the process; it takes a moment until it is ready for {@link #go}. */
  public static Sender start(Path socket) {
    List<String> command =
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
            Sender.class.getName(),
            socket.toString());
    try {
      return new Sender(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it connect and send. */
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
  public static void main(String[] arguments) throws IOException {
    if (System.in.read() < 0) {
      return;
    }
    try (NetPort port = Lab.connect(Path.of(arguments[0]))) {
      long sequence = 0;
      for (long born = System.nanoTime(); System.nanoTime() - born < LIFE_NANOS; ) {
        long room = port.reserve();
        if (room == 0) {
          port.flush();
          LockSupport.parkNanos(NAP_NANOS);
        } else {
          TestFrame.write(room, FRAME_BYTES, RECEIVER, MAC, FLOW, sequence++);
          port.commit(FRAME_BYTES);
        }
      }
    }
  }
}
