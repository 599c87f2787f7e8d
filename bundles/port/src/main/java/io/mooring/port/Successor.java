package io.mooring.port;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Transport;
import io.mooring.api.upgrade.LastWords;
import io.mooring.api.upgrade.UpgradeException;
import io.mooring.api.upgrade.UpgradeReport;
import io.mooring.api.upgrade.Upgrader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the process that takes over from this one, and hands it all ports in three steps ({@link
 * Word}). Until the last word everything can go on here as if nothing had been; when the newcomer
 * ends in its first moments, all goes on here as after a crash.
 */
@Component
public final class Successor implements Upgrader {

  private static final Logger LOG = LoggerFactory.getLogger(Successor.class);

  /** How long the newcomer may take to map the memory of all ports. */
  private static final Duration MAPPING = Duration.ofSeconds(20);

  /** How long frames may stand still before all goes on here. */
  private static final Duration STANDSTILL = Duration.ofSeconds(1);

  /** How long the newcomer may take to open the control socket. */
  private static final Duration MOVING_IN = Duration.ofSeconds(5);

  /** How long who has closed its sockets may take to be gone. */
  private static final Duration ENDING = Duration.ofSeconds(1);

  /** What runs for the first time is slow: it is not to be while frames stand still. */
  private static final int REHEARSALS = 20;

  /** For what nobody tells the end of, as a prompt of this process. */
  private static final Duration LEAST_STAY = Duration.ofSeconds(1);

  /** So that who asked for the upgrade hears of it, however slow the answer. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final Optional<Path> home;
  private final Rooms rooms;
  private final Workers workers;
  private final Predecessor predecessor;

  @Reference(policy = ReferencePolicy.DYNAMIC)
  private volatile List<LastWords> lastWords;

  @Activate
  public Successor(
      BundleContext context,
      @Reference Rooms rooms,
      @Reference Workers workers,
      @Reference Predecessor predecessor) {
    home = Optional.ofNullable(context.getProperty("io.mooring.home")).map(Path::of);
    this.rooms = rooms;
    this.workers = workers;
    this.predecessor = predecessor;
  }

  @Override
  public UpgradeReport upgrade(Path program, Duration patience)
      throws UpgradeException, InterruptedException {
    if (home.isEmpty()) {
      throw new UpgradeException("this framework has no home of Mooring's to hand over");
    }
    if (!workers.beginSwap()) {
      throw new UpgradeException("another upgrade, or a swap, is under way");
    }
    try {
      return handOver(program, home.get(), patience);
    } catch (IOException failure) {
      throw new UpgradeException(failure.getMessage(), failure);
    } finally {
      workers.endSwap();
    }
  }

  private UpgradeReport handOver(Path program, Path home, Duration patience)
      throws UpgradeException, InterruptedException, IOException {
    Transport transport =
        rooms
            .transports()
            .best()
            .map(Provider::service)
            .orElseThrow(() -> new UpgradeException("the transport bundle is not there"));
    Path socket = home.resolve("run").resolve("upgrade");
    try (Listener listener = transport.listener()) {
      listener.add(socket);
      Process newcomer =
          workers.start(
              new ProcessBuilder(
                      program.toString(),
                      "start",
                      "--home",
                      home.toString(),
                      "--take-over",
                      socket.toString())
                  .inheritIO());
      boolean well = false;
      try (UpgradeLine line = line(listener, newcomer, patience)) {
        UpgradeReport report = handOver(line, newcomer, patience);
        awaitMovedIn(newcomer, line);
        well = true;
        leave(newcomer);
        return report;
      } finally {
        if (!well) {
          newcomer.destroyForcibly().waitFor();
        }
      }
    }
  }

  private UpgradeLine line(Listener listener, Process newcomer, Duration patience)
      throws IOException, UpgradeException {
    // Whichever comes first ends the waiting.
    Thread.ofVirtual()
        .start(() -> {
          try {
            newcomer.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
          listener.close();
        });
    Connection connection =
        listener
            .accept()
            .map(Listener.Arrival::connection)
            .orElseThrow(() -> new UpgradeException(why(newcomer, patience)));
    if (connection.peer().pid() != newcomer.pid()) {
      connection.close();
      throw new UpgradeException(
          "process %d came instead of the new process %d"
              .formatted(connection.peer().pid(), newcomer.pid()));
    }
    return new UpgradeLine(connection, rooms.os());
  }

  private static String why(Process newcomer, Duration patience) {
    return newcomer.isAlive()
        ? "the new process does not come up within %d s".formatted(patience.toSeconds())
        : "the new process ended with status %d; what it said is in this one's standard error"
            .formatted(newcomer.exitValue());
  }

  private UpgradeReport handOver(UpgradeLine line, Process newcomer, Duration patience)
      throws UpgradeException, InterruptedException {
    List<PortHandOver> ports =
        rooms.ports().stream()
            .sorted(Comparator.comparing(VhostPort::name))
            .map(port -> new PortHandOver(port, line))
            .toList();
    line.say(Word.FORM, "", Word.FORM_SPOKEN);
    for (Map.Entry<String, Integer> tap : workers.taps().entrySet()) {
      line.say(Statement.of(Word.TAP, tap.getKey()).with(tap.getValue()));
    }
    line.say(Word.CORES, "", Arrays.stream(workers.processors()).asLongStream().toArray());
    for (PortHandOver each : ports) {
      each.announce();
    }
    line.say(Word.END, "");
    line.expect(Word.DONE, patience);
    List<PortHandOver> held = new ArrayList<>();
    boolean given = false;
    try {
      for (PortHandOver each : ports) {
        held.add(each);
        each.hold();
      }
      for (int i = 0; i < REHEARSALS; i++) {
        together(ports);
      }
      for (PortHandOver each : ports) {
        each.tell();
      }
      line.say(Word.END, "");
      line.expect(Word.DONE, MAPPING);
      Gap gap = move(line, ports);
      given = true;
      return new UpgradeReport(
          newcomer.pid(),
          ports.stream().map(each -> each.port().name()).toList(),
          gap.at(),
          gap.length());
    } finally {
      if (!given) {
        held.forEach(PortHandOver::goOn);
      }
    }
  }

  private record Gap(Instant at, Duration length) {}

  /** With the workers paused; returns for how long nothing was moved. */
  private Gap move(UpgradeLine line, List<PortHandOver> ports) throws UpgradeException {
    Instant at = Instant.now();
    long begin = System.nanoTime();
    workers.pause();
    workers.letIn();
    boolean given = false;
    try {
      together(ports);
      for (PortHandOver each : ports) {
        each.tellPosition();
      }
      line.say(Word.END, "");
      line.expect(Word.DONE, STANDSTILL);
      line.say(Word.GO, "");
      given = true;
      return new Gap(at, Duration.ofNanos(System.nanoTime() - begin));
    } finally {
      if (!given) {
        workers.goOn();
      }
      workers.keepOff();
    }
  }

  /** All of one worker in one task, because to wake it takes longest. */
  private static void together(List<PortHandOver> ports) {
    Map<Optional<Worker>, List<PortHandOver>> byWorker =
        ports.stream()
            .collect(
                Collectors.groupingBy(each -> each.port().device().plane().map(DataPlane::worker)));
    byWorker.forEach((worker, mine) -> {
      Runnable task = () -> mine.forEach(PortHandOver::collect);
      worker.ifPresentOrElse(
          each ->
              each.call(() -> {
                task.run();
                return null;
              }),
          task);
    });
  }

  /** Waits until the newcomer has the home too, and for no longer than it lives. */
  private void awaitMovedIn(Process newcomer, UpgradeLine line) throws UpgradeException {
    try {
      line.expect(Word.DONE, MOVING_IN);
    } catch (UpgradeException failure) {
      if (ends(newcomer)) {
        String why =
            "the new process ended with status %d just after it had taken over"
                .formatted(newcomer.exitValue());
        goOnAfter(why);
        throw new UpgradeException(
            why + "; all front-ends were disconnected, and those that come again go on here",
            failure);
      }
      LOG.error("process {}: {}", newcomer.pid(), failure.getMessage());
    }
  }

  private static boolean ends(Process newcomer) {
    try {
      return newcomer.waitFor(ENDING.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Where the rings are only they themselves tell by now, as after a crash: front-ends are to come
   * again.
   */
  private void goOnAfter(String why) {
    try {
      for (VhostPort each : rooms.ports()) {
        if (each.connected()) {
          Runnable end = () -> each.fault(why);
          each.device()
              .plane()
              .map(DataPlane::worker)
              .ifPresentOrElse(worker -> worker.call(Executors.callable(end)), end);
        }
        PortHandOver.goOn(each);
      }
    } finally {
      workers.goOn();
      predecessor.ownHome();
    }
  }

  /**
   * Ends this process without closing anything in order: sockets and files are the newcomer's, who
   * would lose them.
   */
  private void leave(Process newcomer) {
    LOG.info("process {} serves from now on, this one ends", newcomer.pid());
    // A signal in the meantime changes nothing.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0), "leave"));
    Thread.ofPlatform()
        .name("leave")
        .start(() -> {
          try {
            Thread.sleep(LEAST_STAY);
            for (LastWords each : lastWords) {
              each.await(LAST_WORDS);
            }
          } catch (InterruptedException | RuntimeException failure) {
            LOG.warn("last words: {}", failure.toString());
          } finally {
            // Whatever somebody's last words are: there is another process in this one's place.
            Runtime.getRuntime().halt(0);
          }
        });
  }
}
