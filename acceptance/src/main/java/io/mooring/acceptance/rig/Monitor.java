package io.mooring.acceptance.rig;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** QEMU's machine protocol, QMP. One thread talks. */
final class Monitor implements AutoCloseable {

  private static final Duration THERE_LIMIT = Duration.ofSeconds(20);

  private final SocketChannel channel;
  private final BufferedReader answers;

  private Monitor(SocketChannel channel) {
    this.channel = channel;
    answers =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  /** Connects once QEMU listens. */
  static Monitor connect(Path socket) {
    try {
      var monitor =
          new Monitor(
              Eventually.within(THERE_LIMIT, () -> open(socket))
                  .orElseThrow(() -> new AssertionError("nobody listens at " + socket)));
      monitor.answers.readLine();
      monitor.execute("qmp_capabilities", new JsonObject());
      return monitor;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty while QEMU does not listen: the file is there a moment earlier. */
  private static Optional<SocketChannel> open(Path socket) {
    try {
      return Optional.of(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Runs a command and returns its answer. */
  JsonObject execute(String command, JsonObject arguments) {
    var request = new JsonObject();
    request.addProperty("execute", command);
    request.add("arguments", arguments);
    try {
      channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
      while (true) {
        String line = answers.readLine();
        if (line == null) {
          throw new AssertionError("QEMU ended before it answered " + command);
        }
        JsonObject answer = JsonParser.parseString(line).getAsJsonObject();
        if (answer.has("error")) {
          throw new AssertionError(command + ": " + answer.getAsJsonObject("error"));
        }
        // What else comes is events.
        if (answer.has("return")) {
          return answer.getAsJsonObject("return");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
