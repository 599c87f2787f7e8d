package io.mooring.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The command line behind {@code ./mooring}. */
public final class Main {

  private static final PrintStream OUT = stream(FileDescriptor.out);
  private static final PrintStream ERR = stream(FileDescriptor.err);

  /** How long a process may take to end after it has handed over. */
  private static final Duration LEAVING = Duration.ofSeconds(10);

  private Main() {}

  /** Runs one command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    int status;
    try {
      List<String> all = Arrays.asList(arguments);
      status =
          run(
              all.isEmpty() ? "prompt" : all.getFirst(),
              all.subList(Math.min(1, all.size()), all.size()));
    } catch (Refusal refusal) {
      ERR.println("mooring: " + refusal.getMessage());
      status = refusal.status();
    } catch (InterruptedException _) {
      status = Refusal.FAILED;
    } catch (IOException exception) {
      ERR.println("mooring: " + Reason.of(exception));
      status = Refusal.FAILED;
    }
    ERR.flush();
    OUT.flush();
    // Not exit: hooks have nothing left to do, and a signal in this moment changes nothing.
    Runtime.getRuntime().halt(status);
  }

  private static int run(String command, List<String> arguments)
      throws Refusal, InterruptedException, IOException {
    return switch (command) {
      case "prompt" -> prompt(StartOptions.parse(arguments, directory()));
      case "start" -> start(StartOptions.parse(arguments, directory()));
      case "exec" -> exec(arguments);
      case "upgrade" -> upgrade(arguments);
      case "demo" -> demo(arguments);
      default -> throw Refusal.usage(command + ": unknown command; ./mooring help lists them");
    };
  }

  private static int start(StartOptions options) throws Refusal, InterruptedException {
    Home home = Home.ofThisUser(options.home());
    try (Instance instance =
        Instance.open(distribution(), home, options, Instance.Console.SERVICE)) {
      stopOnSignal(instance);
      long milliseconds = instance.awaitReady();
      OUT.println("READY ports=%d start_ms=%d".formatted(instance.ports(), milliseconds));
      instance.settle();
      instance.awaitStop();
      return 0;
    }
  }

  private static int prompt(StartOptions options) throws Refusal, InterruptedException {
    Home home = Home.ofThisUser(options.home());
    try (Instance instance =
        Instance.open(distribution(), home, options, Instance.Console.PROMPT)) {
      stopOnSignal(instance);
      instance.settle();
      instance.awaitStop();
      return 0;
    }
  }

  private static int exec(List<String> arguments) throws Refusal {
    Optional<String> home = Optional.empty();
    String line = null;
    for (var flags = new Flags(arguments); flags.next(); ) {
      if (flags.flag().equals("--home")) {
        home = Optional.of(StartOptions.once(home, "--home", flags.value()));
      } else if (flags.flag().startsWith("--")) {
        throw Refusal.usage(flags.flag() + ": unknown option, exec knows --home");
      } else if (line == null) {
        line = flags.flag();
      } else {
        throw Refusal.usage("exec: one command line in quotes, '" + flags.flag() + "' is extra");
      }
    }
    if (line == null || line.isBlank()) {
      throw Refusal.usage("exec: no command; for example exec 'vhost:ports --json'");
    }
    return new ControlClient(Home.ofThisUser(home), OUT, ERR).run(line, columns());
  }

  /** The running instance starts this one's program, so that it inherits what that has. */
  private static int upgrade(List<String> arguments) throws Refusal, InterruptedException {
    Optional<String> home = Optional.empty();
    for (var flags = new Flags(arguments); flags.next(); ) {
      if (!flags.flag().equals("--home")) {
        throw Refusal.usage(flags.flag() + ": unknown option, upgrade knows --home");
      }
      home = Optional.of(StartOptions.once(home, "--home", flags.value()));
    }
    String program = System.getenv().getOrDefault("MOORING_PROGRAM", "");
    if (program.isEmpty() || program.contains("'")) {
      throw Refusal.usage(
          "upgrade: MOORING_PROGRAM=%s: expected the path of ./mooring, which sets it, without '"
              .formatted(program));
    }
    Home where = Home.ofThisUser(home);
    String before = HomeLock.holder(where);
    int status =
        new ControlClient(where, OUT, ERR).run("vhost:upgrade '%s'".formatted(program), columns());
    // The old process has ended when the new one has the home.
    long end = System.nanoTime() + LEAVING.toNanos();
    while (status == 0 && HomeLock.holder(where).equals(before) && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    return status;
  }

  private static int demo(List<String> arguments)
      throws Refusal, InterruptedException, IOException {
    String line = String.join(" ", concat("vhost:demo", arguments));
    // Short, because socket paths are.
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "mooring-demo-");
    try {
      Home home = Home.ofThisUser(Optional.of(directory.toString()));
      StartOptions options = StartOptions.parse(List.of(), directory);
      try (Instance instance =
          Instance.open(distribution(), home, options, Instance.Console.QUIET)) {
        stopOnSignal(instance);
        instance.awaitReady();
        instance.settle();
        return new ControlClient(home, OUT, ERR).run(line, columns());
      }
    } finally {
      Home.remove(directory);
    }
  }

  private static List<String> concat(String first, List<String> rest) {
    var all = new java.util.ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  /**
   * A supervisor expects status 0 of a service that stopped as it was told, and the JVM would end
   * with 128 + the signal: so the hook, which runs in the signal's stead, stops and then halts.
   */
  private static void stopOnSignal(Instance instance) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  instance.close();
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
  }

  private static int columns() {
    try {
      return Integer.parseInt(System.getenv().getOrDefault("MOORING_COLUMNS", "0"));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static Path directory() {
    return Path.of("").toAbsolutePath();
  }

  /**
   * The directory above the one that holds this program's jar, as the command line has it: a class
   * out of the ahead-of-time cache would name the directory in which that was made.
   */
  private static Path distribution() {
    return Path.of(System.getProperty("java.class.path")).toAbsolutePath().getParent().getParent();
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
