package io.mooring.acceptance.rig;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A Mooring of the built distribution, in the foreground on a home of its own. */
public final class MooringProcess implements AutoCloseable {

  private static final Duration READY_LIMIT = Duration.ofMinutes(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration STATE_LIMIT = Duration.ofSeconds(10);

  private final Path home;
  private final Path out;
  private final Path err;
  private final Process process;

  /** Those that took over, the last one last; they are no children of ours. */
  private final List<ProcessHandle> successors = new ArrayList<>();

  private MooringProcess(Path home, Path out, Path err, Process process) {
    this.home = home;
    this.out = out;
    this.err = err;
    this.process = process;
  }

  /**
   * Starts and waits until all ports listen.
   *
   * @param scratch has the home and all sockets
   * @param arguments of {@code ./mooring start}, besides the home
   */
  public static MooringProcess start(Scratch scratch, String... arguments) {
    return start(scratch, List.of(), arguments);
  }

  /** The same in a network of its own: {@link #network}. */
  public static MooringProcess startInItsNetwork(Scratch scratch, String... arguments) {
    return start(scratch, HostNetwork.NEW, arguments);
  }

  private static MooringProcess start(Scratch scratch, List<String> by, String... arguments) {
    Path home = scratch.file("home");
    List<String> command = new ArrayList<>(by);
    command.addAll(Distribution.command("start", "--home", home.toString()));
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(scratch.path(), "out", "");
      Path err = Files.createTempFile(scratch.path(), "err", "");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(Distribution.ENVIRONMENT);
      MooringProcess mooring = new MooringProcess(home, out, err, builder.start());
      mooring.awaitReady();
      return mooring;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    Optional<Boolean> said =
        Eventually.within(
            READY_LIMIT,
            () -> Optional.of(true).filter(_ -> read(out).contains("READY ") || !alive()));
    if (said.isEmpty() || !alive()) {
      String end = alive() ? "is not READY yet" : "ended with status " + process.exitValue();
      kill();
      throw new AssertionError(
          "start %s: %s%n%s".formatted(end, read(err), String.join("\n", log())));
    }
  }

  /** The Java process's id. */
  public long pid() {
    return serving().pid();
  }

  private ProcessHandle serving() {
    return successors.isEmpty() ? process.toHandle() : successors.getLast();
  }

  /** Lets the same version take over in a process of its own; the one before has ended then. */
  public void upgrade() {
    upgrade(() -> Distribution.run("upgrade", "--home", home.toString()));
  }

  /** The same by a command line that answers only seconds after the new process serves. */
  public void upgradeWithLateAnswer() {
    String program = Distribution.command().getFirst();
    upgrade(() -> exec("answer = (vhost:upgrade %s); sleep 3; echo $answer".formatted(program)));
  }

  private void upgrade(Supplier<Command.Outcome> command) {
    ProcessHandle before = serving();
    Command.Outcome outcome = command.get();
    if (outcome.status() != 0) {
      throw new AssertionError(outcome + "\n--- log\n" + String.join("\n", log()) + read(err));
    }
    Eventually.holds(
        "process %d ends after it has handed over".formatted(before.pid()),
        STATE_LIMIT,
        () -> !before.isAlive(),
        () -> outcome);
    String pid = outcome.out().lines().findFirst().orElseThrow().replaceAll("\\D+", "");
    successors.add(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
    Eventually.holds(
        "the new process answers",
        STATE_LIMIT,
        () -> exec("vhost:ports").status() == 0,
        () -> String.join("\n", log()) + read(err));
  }

  /** The network that it was started in, if that is one of its own. */
  public HostNetwork network() {
    return new HostNetwork(pid());
  }

  /** Runs a command line of the shell. */
  public Command.Outcome exec(String line) {
    return Distribution.run("exec", "--home", home.toString(), line);
  }

  /** Runs a command line of the shell that must succeed. */
  public String must(String line) {
    Command.Outcome outcome = exec(line);
    if (outcome.status() != 0) {
      throw new AssertionError(outcome + "\n--- log\n" + String.join("\n", log()));
    }
    return outcome.out();
  }

  /** The same with {@code --json}. */
  public JsonElement json(String line) {
    return JsonParser.parseString(must(line + " --json"));
  }

  /** A port as {@code vhost:port} shows it. */
  public JsonObject port(String name) {
    return json("vhost:port " + name).getAsJsonObject();
  }

  /** A counter of a port. */
  public long counter(String port, String counter) {
    return port(port).getAsJsonObject("counters").get(counter).getAsLong();
  }

  /** Waits until a port is in a state. */
  public void awaitState(String port, String state) {
    Eventually.holds(
        "port " + port + " is " + state,
        STATE_LIMIT,
        () -> port(port).get("state").getAsString().equals(state),
        () -> port(port));
  }

  /** The log's lines so far. */
  public List<String> log() {
    return read(home.resolve("log/mooring.log")).lines().toList();
  }

  /** What the log says of a port that is not in order, from a line on. */
  public List<String> complaints(int from) {
    List<String> lines = new ArrayList<>();
    // Read once: it may grow meanwhile.
    List<String> log = log();
    for (String line : log.subList(from, log.size())) {
      // A line without a time goes on with the one before: a stack trace.
      if (!line.matches("\\S+ (INFO|DEBUG) .*")) {
        lines.add(line);
      }
    }
    return lines;
  }

  /** Where the list is published: {@code run/profiles.json}. */
  public Path list() {
    return home.resolve("run/profiles.json");
  }

  /** The published list. */
  public JsonObject published() {
    return JsonParser.parseString(read(list())).getAsJsonObject();
  }

  /** The names and aliases of the profiles in the published list, with their values. */
  public Map<String, String> profiles() {
    Map<String, String> profiles = new TreeMap<>();
    for (JsonElement each : published().getAsJsonArray("supported")) {
      JsonObject profile = each.getAsJsonObject();
      String values = profile.get("values").getAsString();
      profiles.put(profile.get("name").getAsString(), values);
      for (JsonElement alias : profile.getAsJsonArray("aliases")) {
        profiles.put(alias.getAsString(), values);
      }
    }
    return profiles;
  }

  /** Its home. */
  public Path home() {
    return home;
  }

  /** Whether it runs. */
  public boolean alive() {
    return serving().isAlive();
  }

  /** Ends it as an operator does: in order, with status 0, and nothing left of it. */
  public void stop() {
    serving().destroy();
    try {
      serving().onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
      // Told of by another thread, so it may come a moment later.
      process.waitFor();
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("runs %d s after SIGTERM".formatted(STOP_LIMIT.toSeconds()), e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          "ended with status %d after SIGTERM: %s".formatted(process.exitValue(), read(err)));
    }
    String[] left = home.resolve("run").toFile().list();
    if (left == null || left.length > 0) {
      throw new AssertionError("run/ is not empty after a stop in order: " + Arrays.toString(left));
    }
  }

  /** Ends it as a crash does. */
  public void kill() {
    successors.forEach(ProcessHandle::destroyForcibly);
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Ends it anyhow, so that a failed test leaves no process. */
  @Override
  public void close() {
    kill();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
