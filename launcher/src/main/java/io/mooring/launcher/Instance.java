package io.mooring.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A running Mooring on one home: everything between {@code start} and SIGTERM. */
final class Instance implements AutoCloseable {

  /** How an instance meets its user. */
  enum Console {
    /** A service in the foreground: what happens is told on the standard error. */
    SERVICE,
    /** A Gogo prompt. */
    PROMPT,
    /** Only warnings. */
    QUIET
  }

  private static final Duration COMING = Duration.ofSeconds(20);

  /** Another instance hands over when it likes, and this one ends when that one says so. */
  private static final Duration TAKING_OVER = Duration.ofHours(1);

  private static final Duration LEAVING = Duration.ofSeconds(10);

  private final Home home;

  /** While another instance has the home, it is that one's to close. */
  private Optional<HomeLock> lock;

  private final Container container;
  private final Set<String> ports;
  private final HeldStream held;
  private boolean closed;

  private Instance(
      Home home, Optional<HomeLock> lock, Container container, Set<String> ports, HeldStream held) {
    this.home = home;
    this.lock = lock;
    this.container = container;
    this.ports = ports;
    this.held = held;
  }

  static Instance open(Path distribution, Home home, StartOptions options, Console console)
      throws Refusal {
    if (options.cores().isPresent()) {
      Processors.check(options.cores().get());
    }
    Configurations.checkAgainst(home, options);
    var ports = new TreeSet<>(Configurations.check(home.etc()));
    options.ports().forEach(port -> ports.add(port.name()));
    if (options.takeOver().isPresent()) {
      // What the other's command line asked for.
      ports.addAll(Configurations.check(home.transientEtc()));
      HeldStream held = hold(console);
      configureLogging(distribution, home, console);
      // The port bundle clears it when all is taken over.
      System.setProperty("io.mooring.predecessor", options.takeOver().get().toString());
      Container container = Container.start(distribution, home, false);
      return new Instance(home, Optional.empty(), container, ports, held);
    }
    home.prepare();
    HomeLock lock = HomeLock.take(home);
    HeldStream held = hold(console);
    try {
      removeOldCaches(home);
      Configurations.write(home, options);
      configureLogging(distribution, home, console);
      Container container = Container.start(distribution, home, console == Console.PROMPT);
      return new Instance(home, Optional.of(lock), container, ports, held);
    } catch (Refusal refusal) {
      clear(home);
      lock.close();
      throw refusal;
    }
  }

  private static void removeOldCaches(Home home) throws Refusal {
    try {
      home.removeOldCaches();
    } catch (IOException exception) {
      throw Refusal.failed("home %s: %s".formatted(home.root(), Reason.of(exception)));
    }
  }

  /** Bundles print to the standard error only; the standard output is the launcher's. */
  private static HeldStream hold(Console console) {
    var held = new HeldStream(new FileOutputStream(FileDescriptor.err));
    if (console != Console.PROMPT) {
      var stream = new PrintStream(held, true, StandardCharsets.UTF_8);
      System.setErr(stream);
      System.setOut(stream);
    }
    return held;
  }

  /** The logs read these when the first bundle asks for a logger. */
  private static void configureLogging(Path distribution, Home home, Console console) {
    Path own = home.etc().resolve("logback.xml");
    if (Files.isReadable(own)) {
      System.setProperty("logback.configurationFile", own.toString());
    }
    System.setProperty(
        "java.util.logging.config.file", distribution.resolve("etc/logging.properties").toString());
    System.setProperty("mooring.log", home.log().toString());
    System.setProperty("mooring.console", console == Console.SERVICE ? "INFO" : "WARN");
    if (console != Console.PROMPT) {
      // Without a prompt JLine shall neither look for a terminal nor take its signals.
      System.setProperty("org.jline.terminal.exec", "false");
      System.setProperty("org.jline.terminal.dumb", "true");
    }
  }

  /**
   * Waits until all ports serve; tells how long it took since the process began, in milliseconds.
   */
  long awaitReady() throws Refusal, InterruptedException {
    new Readiness(container.context(), ports).await(lock.isPresent() ? COMING : TAKING_OVER);
    if (lock.isEmpty()) {
      moveIn();
    }
    return age();
  }

  /** The other instance has handed all over and ends: the home is this one's. */
  private synchronized void moveIn() throws Refusal, InterruptedException {
    if (!closed) {
      lock = Optional.of(HomeLock.await(home, LEAVING));
      removeOldCaches(home);
    }
  }

  /**
   * Milliseconds since this process began, in steps of ten (proc(5)): {@code /proc/self/stat} tells
   * the beginning in hundredths of a second since boot. The JDK's management beans would take a
   * thirtieth of a second to say the same.
   */
  private static long age() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // The second field is the program's name, which may hold anything but ends at the last ')'.
      String began = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21)[19];
      String uptime = Files.readString(Path.of("/proc/uptime"));
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return Math.round(seconds * 1000 - Long.parseLong(began) * 10);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  int ports() {
    return ports.size();
  }

  /**
   * The start is decided: lets the console through and starts the commands that can wait, unless a
   * signal came first. Not while the instance stops: bundles would start that have no class any
   * more.
   */
  synchronized void settle() {
    held.release();
    if (!closed) {
      container.startShell();
    }
  }

  void awaitStop() throws InterruptedException {
    container.awaitStop();
  }

  /** Stops everything and removes what only a running instance has. */
  @Override
  public synchronized void close() {
    if (!closed && lock.isPresent()) {
      container.stop();
      clear(home);
      lock.get().close();
    }
    closed = true;
  }

  private static void clear(Home home) {
    try {
      Home.remove(home.cache());
      home.clear();
      Files.deleteIfExists(home.control());
    } catch (IOException exception) {
      System.err.println("mooring: " + Reason.of(exception));
    }
  }
}
