package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Footprint;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.frontend.NetPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A host whose guests have nothing to say. */
final class IdleHostTest {

  private static final int PORTS = 100;
  private static final Duration SETTLE = Duration.ofSeconds(3);
  private static final Duration REHEARSAL = Duration.ofSeconds(40);
  private static final Duration WINDOW = Duration.ofSeconds(5);

  /** Of one core. */
  private static final double ALLOWED = 0.02;

  @Test
  void hundredConnectedPortsWithoutTrafficUseUnderTwoPercentOfACore() {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring = start(scratch)) {
      List<NetPort> guests = new ArrayList<>();
      try {
        for (int port = 0; port < PORTS; port++) {
          guests.add(Lab.connect(scratch.file("p" + port)));
        }
        Eventually.pause(SETTLE);
        // What a start rehearses later on is done once.
        Eventually.holds(
            "the rehearsal is over",
            REHEARSAL,
            () -> threads(mooring).noneMatch(each -> each.startsWith("rehearsal")),
            () -> threads(mooring).toList());
        long before = nanosOnCore(mooring.pid());
        Eventually.pause(WINDOW);
        double used = (double) (nanosOnCore(mooring.pid()) - before) / WINDOW.toNanos();
        assertTrue(
            used < ALLOWED,
            "%d idle ports used %.2f %% of a core; allowed are %.0f %%"
                .formatted(PORTS, 100 * used, 100 * ALLOWED));
      } finally {
        guests.forEach(NetPort::close);
      }
      mooring.stop();
    }
  }

  private static Stream<String> threads(MooringProcess mooring) {
    return Footprint.of(mooring.pid()).threads().stream();
  }

  private static MooringProcess start(Scratch scratch) {
    List<String> arguments = new ArrayList<>();
    for (int port = 0; port < PORTS; port++) {
      arguments.add("--port");
      arguments.add("p%d=%s".formatted(port, scratch.file("p" + port)));
    }
    return MooringProcess.start(scratch, arguments.toArray(String[]::new));
  }

  /** How long all threads of a process have run. */
  private static long nanosOnCore(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      long sum = 0;
      for (Path task : tasks.toList()) {
        sum += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[0]);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
