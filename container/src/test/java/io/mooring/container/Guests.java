package io.mooring.container;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Two guests that exchange frames without end, in a process of their own as VMs are. */
final class Guests implements AutoCloseable {

  /** So many more frames each way are traffic. */
  private static final long FRAMES = 100;

  private final Process process;
  private long atStart;
  private volatile Report report = new Report(0, 0, 0, 0, 0, 0);

  private record Report(
      long there, long back, int connections, long corrupted, long missing, long repeated) {

    static Report parse(String line) {
      long[] numbers = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
      return new Report(
          numbers[0], numbers[1], (int) numbers[2], numbers[3], numbers[4], numbers[5]);
    }
  }

  private Guests(Process process) {
    this.process = process;
  }

  /** Starts guests at the sockets of two ports of one switch, and waits for traffic. */
  static Guests start(Path one, Path other) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("guests.classpath"),
                "io.mooring.container.GuestProgram",
                one.toString(),
                other.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Guests guests = new Guests(process);
    Thread.ofPlatform().daemon().name("guests' reports").start(guests::follow);
    guests.assertMoving();
    // The first guest sends before the second one is there.
    guests.atStart = guests.lostOrRepeated();
    return guests;
  }

  private void follow() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        report = Report.parse(line);
      }
    } catch (IOException ended) {
      // The process was killed: assertMoving sees it.
    }
  }

  /** Waits for some more frames each way; fails when one was not as it was sent. */
  void assertMoving() {
    Report before = report;
    Eventually.holds(
        "frames go both ways",
        () ->
            !process.isAlive()
                || (report.there >= before.there + FRAMES && report.back >= before.back + FRAMES),
        () -> before + " -> " + report);
    if (!process.isAlive() || report.corrupted > 0) {
      throw new AssertionError("the guests end with " + report);
    }
  }

  /** Frames that were sent and did not arrive although later ones did, or arrived once more. */
  long lostOrRepeated() {
    return report.missing + report.repeated - atStart;
  }

  /** Connections that were made so far; one that stays is made once. */
  int connections() {
    return report.connections;
  }

  /** Kills them. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
