package io.mooring.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code ./mooring start} on a home of its own. */
final class Instance implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Pattern READY = Pattern.compile("READY ports=\\d+ start_ms=(\\d+)");

  /** The control socket's words, as the shell bundle's ControlFrames has them. */
  private static final int MAGIC = 0x4d4f4f52;

  private static final int OUTPUT = 1;
  private static final int STATUS = 3;

  private final Child child;

  /** Who took over from the child, if anybody did. */
  private Optional<ProcessHandle> successor = Optional.empty();

  private final Path home;
  private final long startMillis;

  private Instance(Child child, Path home, long startMillis) {
    this.child = child;
    this.home = home;
    this.startMillis = startMillis;
  }

  /** Starts an instance with the options of {@code start} and waits until it is ready. */
  static Instance start(Bench bench, String... options)
      throws BenchException, InterruptedException {
    Path home = bench.fresh("home");
    var command = new ArrayList<>(List.of(bench.mooring().toString(), "start"));
    command.addAll(List.of("--home", home.toString()));
    command.addAll(List.of(options));
    Child child = bench.start("mooring", command, Map.of());
    long startMillis = Long.parseLong(child.await(READY, START).group(1));
    return new Instance(child, home, startMillis);
  }

  /** How long the start took, by its own account: from the JVM's beginning to the last port. */
  long startMillis() {
    return startMillis;
  }

  Path home() {
    return home;
  }

  long pid() {
    return successor.map(ProcessHandle::pid).orElse(child.pid());
  }

  /**
   * Runs a Gogo command over the control socket: {@code ./mooring exec} would start a JVM, which
   * would take the cores from what is measured.
   */
  JsonElement ask(String line) throws BenchException {
    return ask(line, ANSWER);
  }

  /** The same for a command that takes its time. */
  JsonElement ask(String line, Duration patience) throws BenchException {
    String said = say(line, patience);
    try {
      return JsonParser.parseString(said);
    } catch (JsonParseException _) {
      throw BenchException.failed("mooring: %s: %s".formatted(line, said.strip()));
    }
  }

  /** The same for commands that answer with text, or for several of them. */
  String say(String line) throws BenchException {
    return say(line, ANSWER);
  }

  private String say(String line, Duration patience) throws BenchException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> hangUp(channel));
      channel.connect(UnixDomainSocketAddress.of(home.resolve("run/control")));
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      var request = new DataOutputStream(Channels.newOutputStream(channel));
      request.writeInt(MAGIC);
      request.writeInt(0);
      request.writeInt(bytes.length);
      request.write(bytes);
      return answer(new DataInputStream(Channels.newInputStream(channel)));
    } catch (IOException exception) {
      throw BenchException.failed("mooring: %s: no answer: %s".formatted(line, exception));
    }
  }

  private static String answer(DataInputStream answer) throws IOException {
    var said = new ByteArrayOutputStream();
    // Log lines, too: they are no part of an answer.
    var complained = new ByteArrayOutputStream();
    for (int kind = answer.readByte(); kind != STATUS; kind = answer.readByte()) {
      (kind == OUTPUT ? said : complained).write(answer.readNBytes(answer.readInt()));
    }
    return (said.size() > 0 ? said : complained).toString(StandardCharsets.UTF_8);
  }

  private static void hangUp(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }

  /** Another process has taken over. */
  void follow(long pid) {
    successor = ProcessHandle.of(pid);
  }

  @Override
  public void close() {
    successor.ifPresent(ProcessHandle::destroyForcibly);
    child.close();
  }
}
